import { SSMClient } from '@aws-sdk/client-ssm'
import { awsForeignSecrets } from '../../shared/adapters/aws/foreign-secrets.ts'
import { createSources } from '../../shared/adapters/sources.ts'
import { catalog } from './catalog.ts'
import { egress } from './egress.ts'
import { lazily } from './lazily.ts'
import { ownKinds } from './own-kinds.ts'
import { secrets } from './secrets.ts'

export const sources = lazily(() =>
  createSources({
    catalog: catalog(),
    secrets: secrets(),
    foreign: awsForeignSecrets({ client: new SSMClient({}) }),
    egress: egress(),
    kinds: ownKinds,
  }),
)
