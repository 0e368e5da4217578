import * as z from 'zod'
import { AuditRecord } from '../domain/audit.ts'
import { Instant } from '../domain/connector.ts'
import { operation, page, paging } from './operation.ts'

export const listAudit = operation({
  method: 'GET',
  path: '/v1/audit',
  tag: 'Identity',
  summary: 'Who did what to which thing, from where, with what result; the newest first',
  role: 'admin',
  needs: { catalog: 'read' },
  query: z.strictObject({
    ...paging,
    by: z.string().max(128).optional().meta({ description: 'The id of the caller.' }),
    operation: z.string().max(200).optional().meta({ description: 'Text in the method and path.' }),
    thing: z.string().max(1000).optional().meta({ description: 'Text in what it was done to.' }),
    refused: z.stringbool().optional().meta({ description: 'Only what failed, or only what did not.' }),
    since: Instant.optional(),
    until: Instant.optional().meta({ description: 'This instant not included.' }),
  }),
  reply: page(AuditRecord.meta({ id: 'AuditEntry' })),
  faults: [],
})
