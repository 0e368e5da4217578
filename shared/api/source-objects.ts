import * as z from 'zod'
import { fileWindow } from './file-window.ts'
import { operation, page, paging } from './operation.ts'
import { opening, reading, source } from './source-parts.ts'

const object = {
  ...source,
  key: z
    .string()
    .min(1)
    .max(4096)
    .meta({ description: 'As the list of objects gives it.', examples: ['folder1/myfile.txt'] }),
}

const Item = z
  .object({
    name: z.string().meta({ description: 'The last part of the key.' }),
    key: z.string().meta({ description: 'The text that names it in paths and selections; a folder’s ends with `/`.' }),
    isFolder: z.boolean(),
    size: z.int().nullable().meta({ description: 'Bytes; null where the source does not tell.' }),
    modified: z.string().nullable().meta({ description: 'ISO 8601, UTC; null where the source does not tell.' }),
    etag: z.string().nullable().meta({ description: 'Changes with the content.' }),
  })
  .meta({ id: 'SourceObject' })

export const listSourceObjects = operation({
  method: 'GET',
  path: '/v1/sources/{source}/objects',
  tag: 'Sources',
  summary: 'List the files of a source, folder by folder or all below a prefix',
  role: 'viewer',
  needs: { sources: 'open' },
  params: z.strictObject(source),
  query: z.strictObject({
    ...paging,
    prefix: z
      .string()
      .max(4096)
      .default('')
      .meta({ description: 'Only keys that begin with it; a folder’s ends with `/`.' }),
    delimiter: z
      .literal('/')
      .optional()
      .meta({ description: 'With it, one level: folders and files. Without, every file below the prefix.' }),
  }),
  reply: page(Item),
  faults: opening,
})

export const readSourceObject = operation({
  method: 'GET',
  path: '/v1/sources/{source}/objects/{key+}',
  tag: 'Sources',
  summary: 'Read a file of a source: its bytes, a link to them, or the rows in it',
  role: 'viewer',
  needs: { sources: 'open' },
  params: z.strictObject(object),
  query: z.strictObject({
    link: z.stringbool().optional().meta({ description: 'Gives `{ url, expires }`, where the source can sign one.' }),
    seconds: z.coerce
      .number()
      .int()
      .min(1)
      .max(3600)
      .default(300)
      .meta({ description: 'How long a link is good for.' }),
    ...fileWindow,
  }),
  reply: z.object({ url: z.string(), expires: z.string() }).meta({ id: 'Link' }),
  answers: 'bytes',
  faults: [...reading, 'range-not-satisfiable'],
})

export const headSourceObject = operation({
  method: 'HEAD',
  path: '/v1/sources/{source}/objects/{key+}',
  tag: 'Sources',
  summary: 'What the bytes of a file would come with: size, ETag, time',
  role: 'viewer',
  needs: { sources: 'open' },
  params: z.strictObject(object),
  reply: z.undefined(),
  answers: 'bytes',
  faults: [...opening, 'range-not-satisfiable'],
})
