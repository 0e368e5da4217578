import { copyFile, mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { codeFiles, type Language, languageOf } from '../../shared/connectors/custom/folder.ts'
import { Fault } from '../../shared/domain/faults.ts'

/** What a new connection begins as: the example of its language, which works. */
const examples: Readonly<Record<Language, string>> = { python: 'weather-stations', typescript: 'exchange-rates' }

const ownFolder = join(import.meta.dirname, '../../connections')

export interface NewConnection {
  /** The folder of connections. */
  readonly folder: string
  readonly name: string
  readonly language: Language
}

/** Writes a working example under a new name, and gives its path. Faults: invalid-request, conflict. */
export async function newConnection({ folder, name, language }: NewConnection): Promise<string> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
    throw new Fault('invalid-request', `${JSON.stringify(name.slice(0, 63))} is no name for a connection.`, {
      hint: 'Use 1 to 63 of a-z, 0-9 and -, not beginning with -.',
    })
  if (languageOf(folder, name))
    throw new Fault('conflict', `There is a connection ${name} already.`, { hint: 'Choose another name.' })
  const own = join(folder, name)
  const file = codeFiles[language]
  await mkdir(own, { recursive: true })
  await copyFile(join(ownFolder, examples[language], file), join(own, file))
  return relative(process.cwd(), join(own, file))
}
