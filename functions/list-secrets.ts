import { listSecrets as operation } from '../shared/api/secrets.ts'
import { listSecrets } from '../shared/usecases/list-secrets.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/secrets */
export const handler = serve(operation, listSecrets, () => ({ catalog: catalog() }))
