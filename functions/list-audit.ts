import { listAudit as operation } from '../shared/api/audit.ts'
import { listAudit } from '../shared/usecases/list-audit.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/audit */
export const handler = serve(operation, listAudit, () => ({ catalog: catalog() }))
