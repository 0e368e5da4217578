import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fingerprintApp, fingerprintFile } from '../app/fingerprint.ts'
import { appHeaders } from '../shared/api/app-headers.ts'
import type { Reply } from '../shared/api/perform.ts'

const root = join(import.meta.dirname, '..')
const built = join(root, 'dist/app')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

export interface DataApp {
  /** A file of the app, or its page for every path that is none. Waits while the app is being built. */
  answer(path: string): Promise<Reply | undefined>
  /** Rejects where the app could not be built, with what was said. */
  readonly ready: Promise<void>
  stop(): Promise<void>
}

/** The Data App, built first where there is none or its sources have changed since. */
export function startDataApp(): DataApp {
  const stopped = new AbortController()
  const files = load(stopped.signal)
  const ready = files.then(() => {})
  // Told by `answer` and `ready`, whoever asks first; unasked it is no failure of the process.
  ready.catch(() => {})
  return {
    ready,
    answer: async (path) => {
      if (path === '/app.json') return reply(Buffer.from('{"signIn":null}\n'), 'application/json', 'no-store')
      try {
        const found = await files
        return found.get(path) ?? (path.startsWith('/assets/') ? undefined : found.get('/index.html'))
      } catch (thrown) {
        return { ...reply(Buffer.from(`${(thrown as Error).message}\n`), 'text/plain; charset=utf-8'), status: 500 }
      }
    },
    stop: async () => {
      stopped.abort()
      await ready.catch(() => {})
    },
  }
}

async function load(signal: AbortSignal): Promise<ReadonlyMap<string, Reply>> {
  const kept = await readFile(join(built, fingerprintFile), 'utf8').catch(() => undefined)
  if (kept !== fingerprintApp()) await build(signal)
  const entries = await readdir(built, { recursive: true, withFileTypes: true })
  return new Map(
    await Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map(async (entry): Promise<[string, Reply]> => {
          const file = join(entry.parentPath, entry.name)
          const path = file.slice(built.length).replaceAll('\\', '/')
          const type = types[extname(file)] ?? 'application/octet-stream'
          // What is below `assets` has its fingerprint in its name.
          const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
          return [path, reply(await readFile(file), type, caching)]
        }),
    ),
  )
}

/** In a process of its own, so that nothing else waits for it. */
async function build(signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'app/build.ts')], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const end = () => child.kill('SIGKILL')
  signal.addEventListener('abort', end, { once: true })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said += text
    })
  const [code] = await once(child, 'close')
  signal.removeEventListener('abort', end)
  if (code !== 0 && !signal.aborted) throw new Error(`The Data App could not be built.\n${said}`)
  signal.throwIfAborted()
}

const reply = (bytes: Buffer, type: string, caching = 'no-cache'): Reply => ({
  status: 200,
  headers: {
    ...appHeaders(),
    'content-type': type,
    'content-length': String(bytes.length),
    'cache-control': caching,
  },
  body: chunk(bytes),
})

/** Bytes as what may be iterated more than once. */
const chunk = (bytes: Buffer): AsyncIterable<Uint8Array> => ({
  async *[Symbol.asyncIterator]() {
    yield bytes
  },
})
