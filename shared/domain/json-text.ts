import * as z from 'zod'

/** A parameter of a query that is JSON. */
export const jsonText = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .min(1)
    .max(65_536)
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue({ code: 'custom', message: 'must be JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)
