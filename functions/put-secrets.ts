import { putSecrets as operation } from '../shared/api/secrets.ts'
import { putSecrets } from '../shared/usecases/put-secrets.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownSecrets } from './world/own-secrets.ts'

/** POST /v1/secrets */
export const handler = serve(operation, putSecrets, (caller) => ({ catalog: catalog(), secrets: ownSecrets(caller) }))
