import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { idle, monthlyCost, prices, totalOf } from '../../infra/cost.ts'
import { root } from '../support/code.ts'

const of = (use: Partial<typeof idle>) => totalOf(monthlyCost({ ...idle, ...use })) - totalOf(monthlyCost(idle))

describe('the costs', () => {
  it('of an idle deployment are the key, the alarms and what tidies up', () => {
    const lines = monthlyCost(idle).filter(({ dollars }) => dollars > 0)
    expect(lines.map(({ what }) => what)).toEqual(['the key of the secrets', 'alarms', 'tidying'])
    expect(totalOf(lines)).toBeGreaterThan(2.1)
    expect(totalOf(lines)).toBeLessThan(2.3)
  })

  it('grow with what is used, and with nothing else', () => {
    expect(of({ rows: 1e6 })).toBeGreaterThan(0)
    expect(of({ rows: 2e6 })).toBeCloseTo(2 * of({ rows: 1e6 }), 4)
    expect(of({ schedules: 2, runsPerSchedule: 30 })).toBeLessThan(2.2)
    expect(of({ gbKept: 100 })).toBeCloseTo(2.3, 5)
  })

  it('are those that the document shows, at the prices that it names', () => {
    const document = readFileSync(join(root, 'docs/costs.md'), 'utf8')
    for (const price of Object.keys(prices)) expect(document).toContain(`\`${price}\``)
    const shown = (dollars: number) => `$${dollars.toFixed(4)}`
    expect(document).toContain(`| idle, a month | ${shown(totalOf(monthlyCost(idle)))} |`)
    expect(document).toContain(`| a million rows copied once | ${shown(of({ rows: 1e6 }))} |`)
    expect(document).toContain(
      `| a schedule that is due daily, a month | ${shown(of({ schedules: 1, runsPerSchedule: 30 }) - 7 * prices.metricMonth)} |`,
    )
    expect(document).toContain(`| 100,000 requests | ${shown(of({ requests: 1e5 }) - 7 * prices.metricMonth)} |`)
  })
})
