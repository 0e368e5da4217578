import { putSecrets as operation } from '../shared/api/secrets.ts'
import { putSecrets } from '../shared/usecases/put-secrets.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { secrets } from './world/secrets.ts'

/** POST /v1/secrets */
export const handler = serve(operation, putSecrets, () => ({ catalog: catalog(), secrets: secrets() }))
