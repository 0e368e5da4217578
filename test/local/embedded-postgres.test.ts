import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedPostgres, startPostgres } from '../../local/embedded-postgres.ts'

const login = { user: 'owner', password: "it's a pässword" }

describe('an embedded PostgreSQL', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-embedded-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const ask = async (server: EmbeddedPostgres, text: string) => {
    const sql = postgres({ ...server, max: 1, fetch_types: false, connect_timeout: 5 })
    try {
      return [...(await sql.unsafe(text).values())]
    } finally {
      await sql.end()
    }
  }

  test('keeps its data from one start to the next', async () => {
    const first = await startPostgres({ folder, ...login })
    await ask(first, 'CREATE TABLE kept AS SELECT 7 AS n')
    await first.stop()
    await first.stop()
    const second = await startPostgres({ folder, ...login })
    expect(await ask(second, 'SELECT n FROM kept')).toEqual([[7]])
    await second.stop()
  })

  test('listens on loopback alone, with no socket file, and asks for the password', async () => {
    const server = await startPostgres({ folder, ...login })
    const settings = `SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')`
    expect(await ask(server, settings)).toEqual([['127.0.0.1', '']])
    await expect(ask({ ...server, password: 'other' }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    await server.stop()
  })

  test('says so when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    await expect(startPostgres({ folder, port, ...login })).rejects.toThrow(/did not start on port \d+.*in use/s)
    taken.close()
  })

  test('refuses a folder that a living process is using', async () => {
    const server = await startPostgres({ folder, ...login })
    await expect(startPostgres({ folder, ...login })).rejects.toThrow(`in use by process ${process.pid}`)
    await server.stop()
  })

  test('ends when its signal aborts', async () => {
    const abort = new AbortController()
    const server = await startPostgres({ folder, ...login, signal: abort.signal })
    abort.abort()
    await server.stop()
    await expect(ask(server, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('ends with a process that is ended by %s', async (signal) => {
    const module = JSON.stringify(new URL('../../local/embedded-postgres.ts', import.meta.url).href)
    const program = `
      const { startPostgres } = await import(${module})
      const server = await startPostgres(${JSON.stringify({ folder, ...login })})
      console.log(server.port)
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    const server = Number.parseInt(await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10)
    expect(isAlive(server)).toBe(true)
    child.kill(signal)
    await once(child, 'close')
    for (let tries = 0; isAlive(server) && tries < 200; tries++) await sleep(50)
    expect(isAlive(server)).toBe(false)
  })

  test('starts after a server that died without tidying up', async () => {
    const server = await startPostgres({ folder, ...login })
    const pid = Number.parseInt(await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10)
    process.kill(pid, 'SIGKILL')
    await server.stop()
    const next = await startPostgres({ folder, ...login })
    expect(await ask(next, 'SELECT n FROM kept')).toEqual([[7]])
    await next.stop()
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
