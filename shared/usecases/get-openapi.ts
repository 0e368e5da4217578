import document from '../../docs/openapi.json' with { type: 'json' }
import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/platform.ts'

export const getOpenapi: UseCase<typeof api.getOpenapi> = async () => ({ body: document })
