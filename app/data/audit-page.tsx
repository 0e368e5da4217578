import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { auditQuery } from '../api/queries.ts'
import { formatMoment } from '../lib/format.ts'
import { Badge } from '../ui/badge.tsx'
import { Choice } from '../ui/choice.tsx'
import { flat, Listed } from '../ui/listing.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Empty } from '../ui/states.tsx'
import { TextField } from '../ui/text-field.tsx'

/** Who did what to which thing, the newest first. */
export function AuditPage() {
  const [by, setBy] = useState('')
  const [thing, setThing] = useState('')
  const [refused, setRefused] = useState('')
  const wanted = useDeferredValue(
    JSON.stringify({
      ...(by && { by }),
      ...(thing && { thing }),
      ...(refused && { refused: refused === 'true' }),
    }),
  )
  const query = useInfiniteQuery(auditQuery(JSON.parse(wanted)))
  return (
    <div className="page">
      <PageHeader
        title="Audit trail"
        icon="list"
        facts={<span>Who changed what, from where, with what result.</span>}
      />
      <div className="field-row">
        <TextField label="By" value={by} onChange={setBy} placeholder="anyone" />
        <TextField label="Thing" value={thing} onChange={setThing} placeholder="anything" />
        <Choice
          label="Result"
          value={refused}
          onChange={setRefused}
          options={[
            ['', 'All'],
            ['false', 'Done'],
            ['true', 'Refused'],
          ]}
        />
      </div>
      <Listed
        query={flat(query)}
        pages={query}
        empty={<Empty icon="list" title="Nothing like that happened" />}
        heads={['When', 'Who', 'What', 'To', 'Result']}
        row={({ id, at, caller, role, operation, things, status, code, from, requestId }) => (
          <tr key={id} title={`from ${from ?? 'nowhere known'}, request ${requestId}`}>
            <td className="quiet nowrap">{formatMoment(at)}</td>
            <td>
              {caller ?? 'nobody known'} <span className="quiet small">{role}</span>
            </td>
            <td>
              <code>{operation}</code>
            </td>
            <td className="clip">{things.join(', ')}</td>
            <td>
              <Badge tone={code === null ? 'good' : 'bad'}>{code ?? status}</Badge>
            </td>
          </tr>
        )}
      />
    </div>
  )
}
