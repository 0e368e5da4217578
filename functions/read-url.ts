import { readUrl as operation } from '../shared/api/connectors.ts'
import { readUrl } from '../shared/usecases/read-url.ts'
import { serve } from './stack.ts'
import { kinds } from './world/kinds.ts'

/** POST /v1/urls */
export const handler = serve(operation, readUrl, () => ({ sources: kinds() }))
