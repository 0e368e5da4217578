import { putSecret as operation } from '../shared/api/secrets.ts'
import { putSecret } from '../shared/usecases/put-secret.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownSecrets } from './world/own-secrets.ts'

/** PUT /v1/secrets/{scope}/{key} */
export const handler = serve(operation, putSecret, (caller) => ({ catalog: catalog(), secrets: ownSecrets(caller) }))
