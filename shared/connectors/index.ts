import custom from './custom/kind.ts'
import ftp from './ftp/kind.ts'
import http from './http/kind.ts'
import type { AnyKind } from './kind.ts'
import mysql from './mysql/kind.ts'
import openapi from './openapi/kind.ts'
import postgres from './postgres/kind.ts'
import s3 from './s3/kind.ts'
import sftp from './sftp/kind.ts'
import upload from './upload/kind.ts'

/** Every kind that a connector can be of. Drivers are loaded when a connector is opened, not here. */
export const kinds: readonly AnyKind[] = [postgres, mysql, s3, ftp, sftp, http, openapi, custom, upload]
