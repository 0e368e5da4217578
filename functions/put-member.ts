import { putMember as operation } from '../shared/api/members.ts'
import { putMember } from '../shared/usecases/put-member.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** PUT /v1/members/{id} */
export const handler = serve(operation, putMember, () => ({ catalog: catalog() }))
