import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { Fault } from '../../domain/faults.ts'
import { Secret } from '../../domain/secret.ts'
import type { SecretReader, SecretWriter } from '../../ports/secrets.ts'
import { isSecretId, readySecret } from '../secret-rules.ts'
import { isErrno, placeFile } from './files.ts'

const cipher = 'aes-256-gcm'
const keyBytes = 32

/** A secret's file. The id is there for people: what counts is that the ciphertext is bound to it. */
const Sealed = z.object({
  id: z.string(),
  cipher: z.literal(cipher),
  iv: z.string(),
  tag: z.string(),
  sealed: z.string(),
})

export interface LocalSecretsOptions {
  /** One file a secret, each encrypted with AES-256-GCM. */
  readonly folder: string
  /** Where the key is kept: made at first use, readable by its owner alone. Keep a copy of it elsewhere. */
  readonly keyFile: string
  /** The key itself, 32 bytes, in place of the file. */
  readonly key?: Uint8Array
}

/** Secrets in a folder, each sealed to its id: a file under another secret's name cannot be opened. */
export function localSecrets(options: LocalSecretsOptions): SecretReader & SecretWriter {
  let known: Promise<Uint8Array> | undefined
  const key = () => {
    known ??= (options.key ? checkKey(options.key) : readOrMakeKey(options.keyFile)).catch((thrown) => {
      known = undefined
      throw thrown
    })
    return known
  }
  const fileOf = (id: string) => join(options.folder, `${createHash('sha256').update(id).digest('hex')}.json`)

  return {
    async get(id) {
      if (!isSecretId(id)) return undefined
      const text = await readIfThere(fileOf(id))
      return text && new Secret(unseal(id, text.toString(), await key()))
    },
    async put(id, value) {
      const sealed = seal(id, readySecret(id, value), await key())
      await placeFile(fileOf(id), (handle) => handle.writeFile(sealed), { scratch: options.folder })
    },
    async delete(id) {
      if (isSecretId(id)) await rm(fileOf(id), { force: true })
    },
  }
}

const associated = (id: string) => Buffer.from(`headgate secret\0${id}`)

function seal(id: string, value: string, key: Uint8Array): string {
  const iv = randomBytes(12)
  const sealing = createCipheriv(cipher, key, iv).setAAD(associated(id))
  const sealed = Buffer.concat([sealing.update(value, 'utf8'), sealing.final()])
  const base64 = { iv: iv.toString('base64'), tag: sealing.getAuthTag().toString('base64') }
  return `${JSON.stringify({ id, cipher, ...base64, sealed: sealed.toString('base64') })}\n`
}

function unseal(id: string, text: string, key: Uint8Array): string {
  try {
    const { iv, tag, sealed } = Sealed.parse(JSON.parse(text))
    const opening = createDecipheriv(cipher, key, Buffer.from(iv, 'base64'), { authTagLength: 16 })
    opening.setAAD(associated(id)).setAuthTag(Buffer.from(tag, 'base64'))
    return Buffer.concat([opening.update(sealed, 'base64'), opening.final()]).toString('utf8')
  } catch (cause) {
    throw new Fault('internal', `The secret ${id} cannot be opened: its file or the key is not what it was.`, {
      cause,
      hint: 'Bring back the key file that it was sealed with, or enter the secret again.',
    })
  }
}

async function readOrMakeKey(file: string): Promise<Uint8Array> {
  const found = await readIfThere(file)
  if (found) return checkKey(found, await stat(file))
  const made = randomBytes(keyBytes)
  const isOurs = await placeFile(file, (handle) => handle.writeFile(made), { scratch: dirname(file), ifAbsent: true })
  // Where another process was quicker, its key counts.
  return isOurs ? made : checkKey(await readFile(file))
}

async function checkKey(key: Uint8Array, file?: { readonly mode: number }): Promise<Uint8Array> {
  if (key.length !== keyBytes) throw new Fault('internal', `The key of the secrets is not ${keyBytes} bytes long.`)
  // Windows has no such modes, and reports 666 for every file.
  if (file && process.platform !== 'win32' && (file.mode & 0o077) !== 0) {
    throw new Fault('internal', 'The key file of the secrets can be read by other users.', {
      hint: 'Give it mode 600; if others may have read it, replace the credentials that it protects.',
    })
  }
  return key
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return undefined
    throw thrown
  }
}
