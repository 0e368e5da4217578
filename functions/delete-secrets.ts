import { deleteSecrets as operation } from '../shared/api/secrets.ts'
import { deleteSecrets } from '../shared/usecases/delete-secrets.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownSecrets } from './world/own-secrets.ts'

/** POST /v1/secrets/delete */
export const handler = serve(operation, deleteSecrets, (caller) => ({
  catalog: catalog(),
  secrets: ownSecrets(caller),
}))
