import { randomUUID } from 'node:crypto'
import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import type { TokenRecord } from '../shared/domain/caller.ts'
import { hashToken, makeToken } from '../shared/domain/token.ts'
import type { CatalogWriter } from '../shared/ports/catalog.ts'
import { tokens } from '../shared/ports/records.ts'
import type { DataFolder } from './data-folder.ts'

export interface AdminToken {
  readonly token: string
  /** A file that holds it as a header line, for `curl -H @file`. */
  readonly headerFile: string
}

/**
 * The administrator's token: the one asked for, else the one of the start before, else a new one. It is kept in the
 * data folder, readable by its owner alone, and in the catalog as a hash. One that is replaced is good no longer.
 */
export async function admitAdmin(
  catalog: CatalogWriter,
  folder: DataFolder,
  asked: string | undefined,
): Promise<AdminToken> {
  const file = folder.at('token')
  const headerFile = folder.at('authorization')
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim()
  const token = asked ?? (kept === '' ? makeToken() : kept)
  await writePrivate(file, `${token}\n`)
  await writePrivate(headerFile, `Authorization: Bearer ${token}\n`)
  if (kept !== '' && kept !== token) await catalog.write([{ delete: tokens, id: hashToken(kept) }])
  if ((await catalog.get(tokens, hashToken(token))) === undefined) {
    const value: TokenRecord = { caller: 'admin', role: 'admin', created: new Date().toISOString(), expires: null }
    await catalog.write([{ create: tokens, id: hashToken(token), value }])
  }
  return { token, headerFile }
}

async function writePrivate(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
  await chmod(draft, 0o600)
  await rename(draft, file)
}
