import * as z from 'zod'

/** An upload under way, as it is kept under its id. */
export const UploadRecord = z.object({
  id: z.string(),
  /** Where the object will be: `user/<name>` or `pipelines/<id>/<name>`. */
  path: z.string(),
  /** The key of the object, and the id that the store of objects gave. */
  key: z.string(),
  upload: z.string(),
  ifAbsent: z.boolean(),
  keepOlder: z.boolean().default(false),
  created: z.string(),
  expires: z.string(),
})
export type UploadRecord = z.infer<typeof UploadRecord>
