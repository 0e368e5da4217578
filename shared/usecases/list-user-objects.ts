import type * as api from '../api/objects.ts'
import type { UseCase } from '../api/operation.ts'
import { listNames } from './list-names.ts'
import { userScope } from './own-scope.ts'

export const listUserObjects: UseCase<typeof api.listUserObjects> = async ({ objects }, input) => ({
  body: await listNames(objects, userScope(input.caller), input),
})
