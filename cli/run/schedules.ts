import type { BodyOf, CallReply } from '../../clients/typescript/index.ts'
import { type Run, text, UsageError } from '../command.ts'
import type { Context } from '../context.ts'
import { writeItem } from '../output.ts'

type Schedule = CallReply<'getSchedule'>
type Said = BodyOf<'putSchedule'>

async function show({ output, note, terminal }: Context, schedule: Schedule): Promise<void> {
  if (output.format !== 'table') return writeItem(output, schedule)
  const { datasource, with: others, words, paused, overlap, catchUp, last, pausedBy } = schedule
  await writeItem(output, {
    datasource,
    ...(others.length > 0 && { with: others.join(', ') }),
    words,
    paused,
    overlap,
    catchUp,
    last: last && `${last.due} ${last.state ?? 'passed over'}`,
  })
  await output.write(schedule.next.map((time) => `${terminal.style('bold', 'next'.padEnd(10))}  ${time}\n`).join(''))
  if (last?.error) note(`The last failed: ${last.error.detail} ${last.error.hint ?? ''}`.trimEnd())
  if (pausedBy.length > 0) note(`It rests as long as ${pausedBy.join(' and ')} is paused.`)
  for (const warning of schedule.warnings) note(`Mind: ${warning}`)
}

export const getSchedule: Run = async (context, [name]) =>
  show(context, await (await context.headgate()).schedules.get(name!))

export const setSchedule: Run = async (context, [name, ...others], options) => {
  const times = ['every', 'cron', 'at'].filter((field) => text(options, field) !== undefined)
  if (times.length !== 1) throw new UsageError('One of --every, --cron and --at says when.')
  const fields = ['every', 'cron', 'at', 'from', 'timeZone', 'catchUp', 'overlap']
  const said = Object.fromEntries(
    fields.map((field) => [field, text(options, field)]).filter(([, value]) => value !== undefined),
  )
  const body = { ...said, with: others.map(String), ...(options.paused === true && { paused: true }) } as Said
  await show(context, await (await context.headgate()).schedules.put(name!, body))
}

export const pauseSchedule: Run = async (context, [name]) => setPaused(context, name!, true)
export const resumeSchedule: Run = async (context, [name]) => setPaused(context, name!, false)

async function setPaused(context: Context, name: string, paused: boolean): Promise<void> {
  const { schedules } = await context.headgate()
  const { every, cron, at, from, ...rest } = await schedules.get(name)
  const { timeZone, catchUp, overlap, with: others } = rest
  const times = { ...(every && { every }), ...(cron && { cron }), ...(at && { at }), ...(from && { from }) }
  await show(context, await schedules.put(name, { ...times, timeZone, catchUp, overlap, paused, with: others }))
}
