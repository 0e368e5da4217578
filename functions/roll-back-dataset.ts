import { rollBackDataset as operation } from '../shared/api/datasets.ts'
import { rollBackDataset } from '../shared/usecases/roll-back-dataset.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** POST /v1/datasets/{name}/rollback */
export const handler = serve(operation, rollBackDataset, () => ({ catalog: catalog() }))
