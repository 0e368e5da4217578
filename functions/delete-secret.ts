import { deleteSecret as operation } from '../shared/api/secrets.ts'
import { deleteSecret } from '../shared/usecases/delete-secret.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { secrets } from './world/secrets.ts'

/** DELETE /v1/secrets/{scope}/{key} */
export const handler = serve(operation, deleteSecret, () => ({ catalog: catalog(), secrets: secrets() }))
