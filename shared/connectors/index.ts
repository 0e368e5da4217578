import ftp from './ftp/kind.ts'
import type { AnyKind } from './kind.ts'
import openapi from './openapi/kind.ts'
import postgres from './postgres/kind.ts'
import sftp from './sftp/kind.ts'

/** Every kind that a connector can be of. Drivers are loaded when a connector is opened, not here. */
export const kinds: readonly AnyKind[] = [postgres, ftp, sftp, openapi]
