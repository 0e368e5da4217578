import { idle, monthlyCost, totalOf, type Use } from '../../infra/cost.ts'
import { type Run, whole } from '../command.ts'
import { writeItems } from '../output.ts'

/** What a month of such a use costs on AWS, a line for each thing that costs, and the sum. */
export const cost: Run = async ({ output, note }, _, options) => {
  const given = (name: string, otherwise: number): number => whole(options, name) ?? otherwise
  const use: Use = {
    ...idle,
    requests: given('requests', idle.requests),
    rows: given('rows', idle.rows),
    schedules: given('schedules', idle.schedules),
    runsPerSchedule: given('runs', 30),
    gbKept: given('gbKept', idle.gbKept),
    gbOut: given('gbOut', idle.gbOut),
  }
  const lines = monthlyCost(use)
  const all = [...lines, { what: 'together', how: '', dollars: totalOf(lines) }]
  const items = all.map(({ what, how, dollars }) => ({ what, dollars: dollars.toFixed(4), how }))
  await writeItems(output, items, ['what', 'dollars', 'how'])
  note('US dollars a month in us-east-1, without free allowances; docs/costs.md says where the prices are from.')
}
