import manifest from '../../package.json' with { type: 'json' }
import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/platform.ts'

export const getHealth: UseCase<typeof api.getHealth> = async () => ({
  body: { status: 'ok', version: manifest.version },
})
