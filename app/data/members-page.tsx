import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { membersQuery, meQuery } from '../api/queries.ts'
import type { Member, Role } from '../api/types.ts'
import { formatAgo } from '../lib/format.ts'
import { say } from '../shell/toasts.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Deeds, deeds } from '../ui/listing.tsx'
import { Empty } from '../ui/states.tsx'

const roles: readonly (readonly [Role, string])[] = [
  ['viewer', 'Viewer: browses and reads'],
  ['editor', 'Editor: makes datasources and snapshots'],
  ['admin', 'Administrator: makes connectors'],
]

export function MembersPage() {
  return (
    <ListPage
      title="Members"
      icon="people"
      facts={<span>Everyone who was ever let in or given a role.</span>}
      query={useQuery(membersQuery())}
      one="member"
      textOf={({ id, name, role }) => `${id} ${name ?? ''} ${role}`}
      empty={<Empty icon="people" title="Nobody has been here yet" />}
      heads={['Member', 'Role', { number: 'Seen' }, deeds]}
      row={(member) => <MemberRow key={member.id} member={member} />}
    />
  )
}

function MemberRow({ member: { id, name, role, disabled, lastSeen } }: { readonly member: Member }) {
  const client = useQueryClient()
  const { data: me } = useQuery(meQuery())
  const put = useMutation({
    mutationFn: (next: { readonly role: Role; readonly disabled: boolean }) =>
      headgate.members.put(id, { ...next, ...(name !== null && { name }) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['members'] }),
    onError: (thrown) => say(asProblem(thrown).detail, 'bad'),
  })
  return (
    <tr>
      <td>
        {name ?? id} {name !== null && <code className="quiet">{id}</code>} {me?.id === id && <Badge>you</Badge>}{' '}
        {disabled && <Badge tone="bad">shut out</Badge>}
      </td>
      <td className="role-cell">
        <Choice
          label={`Role of ${name ?? id}`}
          isHiddenLabel
          value={role}
          options={roles}
          onChange={(next) => put.mutate({ role: next as Role, disabled })}
        />
      </td>
      <td className="number quiet">{lastSeen === null ? 'never' : formatAgo(lastSeen)}</td>
      <Deeds>
        <Button
          isSmall
          variant={disabled ? 'plain' : 'danger'}
          onPress={() => put.mutate({ role, disabled: !disabled })}
        >
          {disabled ? 'Let in again' : 'Shut out'}
        </Button>
      </Deeds>
    </tr>
  )
}
