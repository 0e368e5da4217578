import { Fault } from '../../domain/faults.ts'
import { readBytes } from '../web/read-reply.ts'
import type { Config } from './config.ts'
import { readSpec, type Spec } from './operations.ts'
import { limits, parseSpec } from './parse-spec.ts'
import type { Place } from './servers.ts'

export interface LoadedSpec {
  readonly spec: Spec
  readonly place: Place
}

/** Asks for the document at a URL. */
export type Ask = (url: URL) => Promise<Response>

/** The connector's document, read anew. Faults: those of asking and of parsing. */
export async function loadSpec(config: Config, ask: Ask): Promise<LoadedSpec> {
  if (config.specUrl === undefined) return { spec: readSpec(await parseSpec(config.spec ?? '')), place: undefined }
  const asked = new URL(config.specUrl)
  const response = await ask(asked)
  const text = decodeText(await readBytes(response, limits.bytes))
  return { spec: readSpec(await parseSpec(text)), place: URL.parse(response.url) ?? asked }
}

function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Fault('source-failed', 'The OpenAPI document is not UTF-8.', {
      hint: 'Have it saved as UTF-8.',
      cause,
    })
  }
}
