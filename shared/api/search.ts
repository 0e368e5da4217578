import * as z from 'zod'
import { operation, paging } from './operation.ts'

export const foundKinds = ['connector', 'datasource', 'dataset', 'pipeline', 'folder', 'file'] as const

const Found = z
  .object({
    name: z.string(),
    kind: z.enum(foundKinds),
    uid: z.string().meta({ description: 'Of an object or a folder its path: `user/a/b.csv`.' }),
    title: z.string().nullable(),
    score: z.number().meta({ description: '1 for the very name, less for what is less alike.' }),
  })
  .meta({ id: 'Found' })

export const search = operation({
  method: 'GET',
  path: '/v1/search',
  tag: 'Search',
  summary: 'Find connectors, datasources, datasets, pipelines and objects that you may see, by names much like a text',
  role: 'viewer',
  needs: { catalog: 'read', objects: 'readOwn' },
  query: z.strictObject({
    q: z.string().trim().min(1).max(200),
    kind: z.enum(foundKinds).optional(),
    limit: paging.limit,
  }),
  reply: z.object({ items: z.array(Found), next: z.null() }),
  faults: [],
})
