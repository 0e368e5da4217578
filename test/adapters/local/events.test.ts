import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { localBus } from '../../../shared/adapters/local/events.ts'
import type { EventRecord } from '../../../shared/domain/event.ts'
import { busContract, someEvent } from '../../contract/events.ts'
import { temporaryFolder } from '../../support/world.ts'

async function make(maxBytes?: number) {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'events.ndjson')
  const read = async (name: string): Promise<EventRecord[]> => {
    const text = await readFile(name, 'utf8').catch(() => '')
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
  }
  const bus = localBus({ file, ...(maxBytes !== undefined && { maxBytes }) })
  return { bus, file, read, arrived: () => read(file), dispose: folder.dispose }
}

busContract('a file of lines', () => make())

it('keeps the lines in order, readable by their owner alone, and no more than two files of them', async () => {
  const { bus, file, read, dispose } = await make(2000)
  const events = Array.from({ length: 40 }, () => someEvent(100))
  for (const event of events) await bus.publish([event])
  const kept = [...(await read(`${file}.1`)), ...(await read(file))]
  expect(kept).toEqual(events.slice(-kept.length))
  expect((await stat(file)).size).toBeLessThanOrEqual(2000)
  expect((await stat(`${file}.1`)).size).toBeLessThanOrEqual(2000)
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
  await dispose()
})
