import { createKinds } from '../../shared/adapters/kinds.ts'
import { kinds as list } from '../../shared/connectors/index.ts'
import { lazily } from './lazily.ts'

export const kinds = lazily(() => createKinds(list))
