import * as z from 'zod'

/** The query of what reads one version. */
export const which = {
  version: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .meta({ description: 'The number of a version; without it and `asOf`, the newest one.' }),
  asOf: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'The newest version that was there at this instant, ISO 8601.' }),
}

/** Of what reads several at once. */
export const versions = z
  .string()
  .regex(/^[1-9]\d{0,9}\.\.[1-9]\d{0,9}$/, 'must be two numbers of versions, as 3..7')
  .optional()
  .meta({
    description:
      'Rows of all versions from one to another: the columns that any of them has, and `_version`. Not with an order.',
    examples: ['3..7'],
  })
