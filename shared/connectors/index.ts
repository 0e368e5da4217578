import type { AnyKind } from './kind.ts'
import mysql from './mysql/kind.ts'
import postgres from './postgres/kind.ts'

/** Every kind that a connector can be of. Drivers are loaded when a connector is opened, not here. */
export const kinds: readonly AnyKind[] = [postgres, mysql]
