import { GlueClient } from '@aws-sdk/client-glue'
import { awsRegistry } from '../../shared/adapters/aws/registry.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'
import { objects } from './objects.ts'

export const registry = lazily(() =>
  awsRegistry({
    client: new GlueClient({}),
    database: env('HEADGATE_DATABASE'),
    objects: objects(),
    bucket: env('HEADGATE_BUCKET'),
  }),
)
