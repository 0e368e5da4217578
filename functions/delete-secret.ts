import { deleteSecret as operation } from '../shared/api/secrets.ts'
import { deleteSecret } from '../shared/usecases/delete-secret.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownSecrets } from './world/own-secrets.ts'

/** DELETE /v1/secrets/{scope}/{key} */
export const handler = serve(operation, deleteSecret, (caller) => ({ catalog: catalog(), secrets: ownSecrets(caller) }))
