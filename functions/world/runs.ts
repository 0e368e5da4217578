import { awsRuns } from '../../shared/adapters/aws/runs.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

export const runs = lazily(() => awsRuns({ worker: env('HEADGATE_WORKER') }))
