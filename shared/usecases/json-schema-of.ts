import * as z from 'zod'

/** The JSON Schema of what is to be sent; what it cannot say is taken as anything. */
export const jsonSchemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
