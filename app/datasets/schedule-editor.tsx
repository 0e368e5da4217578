import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { CallReply } from '../../clients/typescript/call-types.ts'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { scheduleQuery } from '../api/queries.ts'
import type { Datasource } from '../api/types.ts'
import { formatAgo } from '../lib/format.ts'
import { say } from '../shell/toasts.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Async } from '../ui/states.tsx'
import { Switch } from '../ui/switch.tsx'
import { TextField } from '../ui/text-field.tsx'
import { RunTimes } from './run-times.tsx'
import type { Times } from './schedule-preview.ts'
import { TakenBy, TakenTogether } from './taken-together.tsx'

type Schedule = CallReply<'getSchedule'>

const presets: readonly (readonly [cron: string, text: string])[] = [
  ['0 * * * *', 'Every hour'],
  ['0 6 * * *', 'Every day at 6:00'],
  ['0 6 * * MON-FRI', 'On weekdays at 6:00'],
  ['0 6 * * MON', 'On Mondays at 6:00'],
  ['0 6 1 * *', 'On the first of the month at 6:00'],
]

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** When snapshots are taken by themselves. */
export function ScheduleEditor({ datasource }: { readonly datasource: Datasource }) {
  const query = useQuery(scheduleQuery(datasource.name))
  return (
    <Async query={query}>
      {(saved) => <Editor key={saved?.updated ?? ''} datasource={datasource} saved={saved} />}
    </Async>
  )
}

function timesOf(saved: Schedule | null): Times {
  const timeZone = saved?.timeZone ?? zone
  if (saved?.every !== undefined) return { by: 'every', every: saved.every, timeZone }
  if (saved?.at !== undefined) return { by: 'at', at: saved.at, timeZone }
  return { by: 'cron', cron: saved?.cron ?? '0 6 * * *', timeZone }
}

function Editor({ datasource, saved }: { readonly datasource: Datasource; readonly saved: Schedule | null }) {
  const { name } = datasource
  const client = useQueryClient()
  const [times, setTimes] = useState<Times>(() => timesOf(saved))
  const [catchUp, setCatchUp] = useState<Schedule['catchUp']>(saved?.catchUp ?? 'last')
  const [others, setOthers] = useState<readonly string[]>(saved?.with ?? [])
  const [overlap, setOverlap] = useState<Schedule['overlap']>(saved?.overlap ?? 'skip')
  const [paused, setPaused] = useState(saved?.paused ?? false)
  const renew = () => client.invalidateQueries({ queryKey: ['schedule', name] })
  const save = useMutation({
    mutationFn: () => {
      const { by: _, ...body } = times
      return headgate.call('putSchedule', { name, body: { ...body, with: [...others], catchUp, overlap, paused } })
    },
    onSuccess: async () => {
      say('The schedule is saved.')
      await renew()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <div className="two-panes wide-left">
      <form className="stack form" onSubmit={submit} noValidate>
        <TimesFields times={times} onChange={setTimes} />
        <TextField
          label="Time zone"
          isRequired
          value={times.timeZone}
          onChange={(timeZone) => setTimes({ ...times, timeZone })}
          suggestions={Intl.supportedValuesOf('timeZone')}
          description={times.timeZone === zone ? 'Yours.' : `Yours is ${zone}.`}
        />
        <TakenTogether datasource={datasource} chosen={others} onChange={setOthers} />
        <Choice
          label="Times that were missed"
          value={catchUp}
          onChange={(next) => setCatchUp(next as Schedule['catchUp'])}
          options={[
            ['last', 'Make up for the last one'],
            ['all', 'Make up for each of them'],
            ['none', 'Pass over them'],
          ]}
        />
        <Choice
          label="Where the snapshot before still runs"
          value={overlap}
          onChange={(next) => setOverlap(next as Schedule['overlap'])}
          options={[
            ['skip', 'Take none'],
            ['queue', 'Wait for it'],
            ['replace', 'Cancel the one before'],
          ]}
        />
        <Switch label="Paused" isSelected={paused} onChange={setPaused} />
        {save.error && <ProblemCard problem={asProblem(save.error)} />}
        <div className="row-actions">
          <Button type="submit" variant="primary" isDisabled={save.isPending}>
            Save
          </Button>
          {saved && (
            <Confirm
              button={{ variant: 'danger', icon: 'trash', children: 'Delete the schedule' }}
              title="Take no more snapshots by themselves?"
              action="Delete"
              onConfirm={async () => {
                await headgate.call('deleteSchedule', { name })
                await renew()
              }}
            >
              By hand they can still be taken; every version stays.
            </Confirm>
          )}
        </div>
      </form>
      <div className="stack">
        <TakenBy name={name} />
        {saved ? <Saved saved={saved} /> : <p className="notice">Nothing is scheduled: snapshots are taken by hand.</p>}
        <RunTimes times={times} />
      </div>
    </div>
  )
}

interface TimesFieldsProps {
  readonly times: Times
  readonly onChange: (times: Times) => void
}

function TimesFields({ times, onChange }: TimesFieldsProps) {
  const { timeZone } = times
  return (
    <>
      <Choice
        label="How it is told"
        value={times.by}
        onChange={(by) =>
          onChange(
            by === 'cron'
              ? { by, cron: '0 6 * * *', timeZone }
              : by === 'every'
                ? { by, every: '6h', timeZone }
                : { by: 'at', at: inAnHour(), timeZone },
          )
        }
        options={[
          ['cron', 'By the clock and the calendar'],
          ['every', 'At intervals'],
          ['at', 'Once'],
        ]}
      />
      {times.by === 'cron' && (
        <>
          <Choice
            label="How often"
            value={presets.some(([cron]) => cron === times.cron) ? times.cron : ''}
            onChange={(cron) => cron !== '' && onChange({ ...times, cron })}
            options={[...presets, ['', 'As written below']]}
          />
          <TextField
            label="Expression"
            isRequired
            isMono
            value={times.cron}
            onChange={(cron) => onChange({ ...times, cron })}
            description="Minute, hour, day of the month, month, weekday."
          />
        </>
      )}
      {times.by === 'every' && (
        <TextField
          label="Every"
          isRequired
          isMono
          value={times.every}
          onChange={(every) => onChange({ ...times, every })}
          description="15m, 2h, 1d or 1w."
        />
      )}
      {times.by === 'at' && (
        <TextField
          label="At"
          isRequired
          isMono
          value={times.at}
          onChange={(at) => onChange({ ...times, at })}
          description="Like 2027-03-28T06:00, by the clock of the zone."
        />
      )}
    </>
  )
}

/** By the clock of this browser, as the API takes it. */
function inAnHour(): string {
  const now = new Date()
  return new Date(now.getTime() + 3_600_000 - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function Saved({ saved }: { readonly saved: Schedule }) {
  const { words, last, paused, pausedBy, updatedBy, updated, warnings } = saved
  return (
    <section aria-label="The schedule that is saved">
      <h2>Saved</h2>
      <p>
        {words} {paused && <Badge tone="warn">paused</Badge>}
      </p>
      <p className="quiet small">
        by {updatedBy}, {formatAgo(updated)}
        {last && `; last due ${formatAgo(last.due)}${last.state ? `: ${last.state}` : ', passed over'}`}
      </p>
      {last?.error && (
        <p className="notice warn">
          {last.error.detail} {last.error.hint}
        </p>
      )}
      {pausedBy.length > 0 && <p className="notice warn">It rests as long as {pausedBy.join(' and ')} is paused.</p>}
      {warnings.map((warning) => (
        <p key={warning} className="notice warn">
          {warning}
        </p>
      ))}
    </section>
  )
}
