import { Fault } from '../../domain/faults.ts'
import type { CodeInterface } from './config.ts'
import type { Language } from './folder.ts'

/** The function of the code that reads an object. */
export const readers: Readonly<Record<Language, Readonly<Record<CodeInterface, string>>>> = {
  python: { bytes: 'read_bytes', rows: 'read_rows', dataframe: 'read_dataframe' },
  typescript: { bytes: 'readBytes', rows: 'readRows', dataframe: 'readDataframe' },
}

/** How a process ended, as Node tells it. */
export interface Ended {
  readonly exitCode: number | null
  readonly signalCode: string | null
}

/** The fault for code that ended by itself. `said` is what it printed, masked. */
export function gone({ exitCode, signalCode }: Ended, said: string): Fault {
  const last =
    said
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/\p{C}+/gu, ' ')
      .slice(0, 200) ?? ''
  const how = signalCode === null ? `with the status ${exitCode}` : `by the signal ${signalCode}`
  return new Fault('source-failed', `The code of the connection ended ${how}${last === '' ? '' : `: ${last}`}.`, {
    hint: 'It must return or raise, not exit; look whether it takes more memory than there is.',
  })
}

/** The fault for code that said nothing for so long. */
export const tooSlow = (ms: number): Fault =>
  new Fault('source-timeout', `The code of the connection said nothing for ${Math.round(ms / 100) / 10} seconds.`, {
    hint: 'Have it yield sooner, or give the connector a longer timeout.',
  })
