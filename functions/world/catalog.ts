import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { awsCatalog } from '../../shared/adapters/aws/catalog.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

export const catalog = lazily(() => awsCatalog({ client: new DynamoDBClient({}), table: env('HEADGATE_TABLE') }))
