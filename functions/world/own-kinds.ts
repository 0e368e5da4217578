import { customKind } from '../../shared/connectors/custom/kind.ts'
import { kinds } from '../../shared/connectors/index.ts'
import type { AnyKind } from '../../shared/connectors/kind.ts'
import { lazily } from './lazily.ts'

/** Its clients are loaded when own code is asked for, and by nobody else. */
const runner = lazily(async () => (await import('./connection-runner.ts')).makeConnectionRunner())

/** Every kind that a connector can be of, own code being run by the functions that were deployed for it. */
export const ownKinds: readonly AnyKind[] = kinds.map((kind) => (kind.kind === 'custom' ? customKind(runner) : kind))
