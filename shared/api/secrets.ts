import * as z from 'zod'
import { SecretKey, SecretRecord, SecretScope } from '../domain/secret-name.ts'
import { operation, page, paging } from './operation.ts'

const SecretName = SecretRecord.extend({
  usedBy: z.array(z.string()).meta({ description: 'The connectors whose credential refers to it.' }),
}).meta({ id: 'SecretName' })

const value = z
  .string()
  .min(1)
  .max(8192)
  .meta({ description: 'At most 8 KB. It goes in and never comes out.', writeOnly: true })
const mask = z.boolean().default(true).meta({ description: 'Whether it is replaced where a run prints it.' })

const params = z.strictObject({ scope: SecretScope, key: SecretKey })

export const listSecrets = operation({
  method: 'GET',
  path: '/v1/secrets',
  tag: 'Secrets',
  summary: 'List the names of your secrets and the organisation’s; no values',
  role: 'editor',
  needs: { catalog: 'read' },
  query: z.strictObject({ ...paging, scope: SecretScope.optional() }),
  reply: page(SecretName),
  faults: [],
})

export const putSecret = operation({
  method: 'PUT',
  path: '/v1/secrets/{scope}/{key}',
  tag: 'Secrets',
  summary: 'Keep a secret; those of the organisation are for administrators',
  role: 'editor',
  needs: { catalog: 'write', secrets: 'writeOwn' },
  params,
  body: z.strictObject({ value, mask }),
  status: 204,
  reply: z.undefined(),
  faults: ['too-large'],
})

export const deleteSecret = operation({
  method: 'DELETE',
  path: '/v1/secrets/{scope}/{key}',
  tag: 'Secrets',
  summary: 'Delete a secret',
  role: 'editor',
  needs: { catalog: 'write', secrets: 'writeOwn' },
  params,
  status: 204,
  reply: z.undefined(),
  faults: ['not-found'],
})

export const putSecrets = operation({
  method: 'POST',
  path: '/v1/secrets',
  tag: 'Secrets',
  summary: 'Keep several secrets; the others stay as they are',
  role: 'editor',
  needs: { catalog: 'write', secrets: 'writeOwn' },
  body: z.strictObject({
    secrets: z
      .array(z.strictObject({ scope: SecretScope.default('user'), key: SecretKey, value, mask }))
      .min(1)
      .max(50),
  }),
  status: 204,
  reply: z.undefined(),
  faults: ['too-large'],
})

export const deleteSecrets = operation({
  method: 'POST',
  path: '/v1/secrets/delete',
  tag: 'Secrets',
  summary: 'Delete several secrets; what is not there is fine, the others stay',
  role: 'editor',
  needs: { catalog: 'write', secrets: 'writeOwn' },
  body: z.strictObject({
    secrets: z
      .array(z.strictObject({ scope: SecretScope.default('user'), key: SecretKey }))
      .min(1)
      .max(50),
  }),
  status: 204,
  reply: z.undefined(),
  faults: [],
})
