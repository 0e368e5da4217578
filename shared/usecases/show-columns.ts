import { type Schema, typeName } from '../domain/batch.ts'

/** Columns as replies describe them. */
export const showColumns = (schema: Schema) =>
  schema.map(({ name, type, native, nullable }) => ({ name, type: typeName(type), nativeType: native, nullable }))
