import { listMembers as operation } from '../shared/api/members.ts'
import { listMembers } from '../shared/usecases/list-members.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/members */
export const handler = serve(operation, listMembers, () => ({ catalog: catalog() }))
