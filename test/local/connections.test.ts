import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from '../support/code.ts'
import { hasPython } from '../support/connections.ts'
import { temporaryFolder } from '../support/headgate.ts'

const folder = await temporaryFolder()
afterAll(() => folder.remove())

const secret = 'open-sesame-77'
const connection = (args: readonly string[], input?: string) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'local/connection.mjs'), ...args, '--folder', folder.path],
    { encoding: 'utf8', input, env: { PATH: process.env.PATH, HEADGATE_CREDENTIAL: secret } },
  )
  return { status, out: stdout, err: stderr }
}
const write = async (name: string, file: string, text: string) => {
  await mkdir(join(folder.path, name), { recursive: true })
  await writeFile(join(folder.path, name, file), text)
}

const languages = hasPython ? (['python', 'typescript'] as const) : (['typescript'] as const)

describe.each(languages)('a new connection in %s', (language) => {
  it('works as it is written, and is not written over', () => {
    const made = connection(['new', `mine-${language}`, '--language', language])
    expect(made).toMatchObject({ status: 0, err: '' })
    const file = join(folder.path, `mine-${language}`, `connection.${language === 'python' ? 'py' : 'ts'}`)
    expect(existsSync(file)).toBe(true)
    const before = readFileSync(file, 'utf8')
    const { status, out } = connection(['check', `mine-${language}`])
    expect(out.split('\n').filter((line) => line.startsWith('ok'))).toHaveLength(5)
    expect(out).toMatch(/rows +The first \d+ rows have the columns (station|date) /)
    expect(status).toBe(0)
    const again = connection(['new', `mine-${language}`, '--language', language])
    expect([again.status, again.err]).toEqual([2, expect.stringContaining('already')])
    expect(readFileSync(file, 'utf8')).toBe(before)
  })
})

describe('the check of a connection', () => {
  it('says what is wrong, with file and line, and without the credential (A03)', async () => {
    await write(
      'wrong',
      'connection.ts',
      `export const context = (credentials: string) => ({ credentials })
export const listObjects = () => [{ name: 'a', fingerprint: '1', isPrefix: false }]
export function* readRows(context: { credentials: string }) {
  throw new Error('not with ' + context.credentials)
}
`,
    )
    const { status, out, err } = connection(['check', 'wrong'])
    expect(out).toMatch(/^wrong +sample +connection\.ts, line 4: not with \[secret\]\.$/m)
    expect(out + err).not.toContain(secret)
    expect(status).toBe(1)
  })

  it('takes the credential from standard input, and finds fingerprints that never stay', async () => {
    await write(
      'restless',
      'connection.ts',
      `export const context = (credentials: string) => {
  if (credentials !== 'from stdin') throw Object.assign(new Error('no'), { code: 'EACCES' })
}
export const listObjects = () => [{ name: 'a', fingerprint: String(Math.random()), isPrefix: false }]
export const readBytes = () => [new TextEncoder().encode('n\\n1\\n')]
`,
    )
    expect(connection(['check', 'restless']).out).toMatch(/^wrong +login/m)
    const { status, out } = connection(['check', 'restless', '--credential-stdin'], 'from stdin\n')
    expect(out).toMatch(/^wrong +fingerprints +"a" has another fingerprint/m)
    expect(out).toMatch(/^ok +rows +The first 1 rows have the columns n \(int64\)/m)
    expect(status).toBe(1)
  })

  it('says how it is used', () => {
    expect(connection(['--help'])).toMatchObject({ status: 0, out: expect.stringContaining('connection new') })
    expect(connection([])).toMatchObject({ status: 2 })
    for (const [args, said] of [
      [['new', 'x'], '--language'],
      [['new', '../x', '--language', 'python'], 'no name'],
      [['check', 'nothing'], 'no connection'],
      [['check', 'wrong', '--config', '[]'], 'JSON object'],
      [['check', 'wrong', '--interface', 'spark'], 'bytes, rows'],
      [['check', 'wrong', '--nonsense'], 'nonsense'],
    ] as const) {
      const { status, err } = connection(args)
      expect([status, err], args.join(' ')).toEqual([2, expect.stringContaining(said)])
      expect(err).not.toMatch(/ {4}at /)
    }
  })
})
