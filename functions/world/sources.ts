import { SSMClient } from '@aws-sdk/client-ssm'
import { awsForeignSecrets } from '../../shared/adapters/aws/foreign-secrets.ts'
import { createSources } from '../../shared/adapters/sources.ts'
import { uploadedFiles } from '../../shared/adapters/uploaded-files.ts'
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
    // Only who copies data may read our objects; the others need not load what reads them.
    uploaded: async () => {
      if (process.env.HEADGATE_BUCKET === undefined) return undefined
      const { objects } = await import('./objects.ts')
      return uploadedFiles(objects())
    },
  }),
)
