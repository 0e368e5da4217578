import * as z from 'zod'

/** An object as its owner sees it. */
export const StoredObject = z
  .object({
    path: z.string().meta({ description: 'Its scope and its name.' }),
    name: z.string(),
    size: z.int().meta({ description: 'Bytes.' }),
    modified: z.string(),
    etag: z.string(),
  })
  .meta({ id: 'Object' })
