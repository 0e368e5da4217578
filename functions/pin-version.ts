import { pinVersion as operation } from '../shared/api/datasets.ts'
import { pinVersion } from '../shared/usecases/pin-version.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** POST /v1/datasets/{name}/pin */
export const handler = serve(operation, pinVersion, () => ({ catalog: catalog() }))
