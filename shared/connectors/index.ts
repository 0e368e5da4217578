import ftp from './ftp/kind.ts'
import http from './http/kind.ts'
import type { AnyKind } from './kind.ts'
import postgres from './postgres/kind.ts'
import s3 from './s3/kind.ts'
import sftp from './sftp/kind.ts'

/** Every kind that a connector can be of. Drivers are loaded when a connector is opened, not here. */
export const kinds: readonly AnyKind[] = [postgres, s3, ftp, sftp, http]
