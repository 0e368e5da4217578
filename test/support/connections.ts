import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childRunner, findPython } from '../../shared/connectors/custom/child-runner.ts'
import { customKind } from '../../shared/connectors/custom/kind.ts'
import { Secret } from '../../shared/domain/secret.ts'

export const hasPython = findPython('') !== undefined

interface OpenOptions {
  readonly text?: string
  /** Secrets for the environment. */
  readonly secrets?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A folder of connections, each with its code, and the kind that runs them. */
export async function testConnections(code: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-connections-'))
  const write = async (path: string, text: string) => {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  for (const [path, text] of Object.entries(code)) await write(path, text)
  const kind = customKind(async () => childRunner(folder))
  return {
    folder,
    kind,
    write,
    open(
      config: Record<string, unknown>,
      { text = '', secrets = {}, signal = new AbortController().signal }: OpenOptions = {},
    ) {
      const whole = { codeInterface: 'bytes', fingerprintStrategy: 'content', ...config }
      return kind.open({
        config: kind.config.parse(whole),
        credential: new Secret({ ...secrets, text }),
        egress: undefined as never,
        signal,
      })
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** How many processes this one has started that still run. */
export async function childrenAlive(): Promise<number> {
  const tasks = await readdir('/proc/self/task')
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/self/task/${task}/children`, 'utf8').catch(() => '')),
  )
  return lists.join(' ').split(/\s+/).filter(Boolean).length
}
