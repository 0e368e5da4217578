import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Code, importsOf, readCode, root } from './support/code.ts'

const product = ['shared', 'functions', 'local', 'infra', 'clients', 'cli', 'app', 'bench']
const code = readCode(product, ['.ts', '.mjs', '.tsx'])

interface Permission {
  readonly path: string
  readonly typesOnly: boolean
}

/** The table of docs/architecture.md: folder -> what it may import. */
const permissions: ReadonlyMap<string, readonly Permission[]> = new Map(
  [...readFileSync(join(root, 'docs/architecture.md'), 'utf8').matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)].map(
    ([, folder, cell]) => [
      folder!,
      [...cell!.matchAll(/`([^`]+)`( \(types\))?/g)].map(([, path, types]) => ({
        path: path!,
        typesOnly: types !== undefined,
      })),
    ],
  ),
)

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)
const lists = [
  'shared/api/index.ts',
  'shared/usecases/index.ts',
  'shared/connectors/index.ts',
  'clients/typescript/index.ts',
  'infra/index.ts',
]

/** Files that are run, not imported, and so may do something at once. */
const entries = ['shared/formats/groups/worker.ts']

interface Rule {
  readonly name: string
  /** One line for each breach. */
  readonly breaches: (code: Code) => readonly string[]
  /** Files that breach it, so that the rule is seen to find something. */
  readonly planted: readonly (readonly [path: string, text: string])[]
}

const eachImport = (
  code: Code,
  isWrong: (from: string, to: ReturnType<typeof importsOf>[number]) => boolean,
): readonly string[] =>
  [...code].flatMap(([path, text]) =>
    importsOf(path, text)
      .filter((to) => isWrong(path, to))
      .map(({ to }) => `${path} imports ${to}`),
  )

const eachLine = (code: Code, isWrong: (line: string, path: string) => boolean): readonly string[] =>
  [...code].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, i) => (isWrong(line, path) ? [`${path}:${i + 1} ${line.trim()}`] : [])),
  )

const rules: readonly Rule[] = [
  {
    name: 'a folder imports only what its row in docs/architecture.md names',
    breaches: (code) =>
      eachImport(code, (from, { to, isOurs, isType }) => {
        const folder = [...permissions.keys()].find((candidate) => isWithin(from, candidate))
        if (folder === undefined || !isOurs || to.endsWith('.json') || isWithin(to, folder)) return false
        return !permissions.get(folder)!.some(({ path, typesOnly }) => isWithin(to, path) && (isType || !typesOnly))
      }),
    planted: [
      ['shared/domain/a.ts', "import { b } from '../ports/b.ts'"],
      ['shared/ports/a.ts', "import { tableKinds } from '../connectors/kind.ts'"],
      ['shared/usecases/a.ts', "import type { A } from '../adapters/sources.ts'"],
      ['shared/usecases/a.ts', "import { a } from '../api/sources.ts'"],
      ['shared/usecases/a.ts', "import { type A, b } from '../api/sources.ts'"],
      ['shared/snapshots/a.ts', "const a = await import('../adapters/sources.ts')"],
      ['shared/adapters/aws/a.ts', "import {\n  a,\n} from '../../usecases/a.ts'"],
      ['shared/formats/a.ts', "export { b } from '../ports/b.ts'"],
      ['infra/a.ts', "import { a } from '../functions/world.ts'"],
      ['functions/a.ts', "import { a } from '../local/server.ts'"],
      ['clients/typescript/a.ts', "import { operations } from '../../shared/api/index.ts'"],
      ['shared/connectors/a/kind.ts', "import type { Catalog } from '../../ports/catalog.ts'"],
    ],
  },
  {
    name: 'a kind imports no other kind',
    breaches: (code) =>
      eachImport(code, (from, { to }) => {
        const [, kind] = /^shared\/connectors\/([^/]+)\//.exec(from) ?? []
        const [, other] = /^shared\/connectors\/([^/]+)\//.exec(to) ?? []
        return kind !== undefined && other !== undefined && kind !== other && !['files', 'sql', 'web'].includes(other)
      }),
    planted: [
      ['shared/connectors/mysql/kind.ts', "import { tls } from '../postgres/tls.ts'"],
      ['shared/connectors/files/a.ts', "import { tls } from '../ftp/tls.ts'"],
      ['shared/connectors/sql/a.ts', "import { tls } from '../postgres/tls.ts'"],
      ['shared/connectors/web/a.ts', "import { ask } from '../http/ask.ts'"],
    ],
  },
  {
    name: 'the adapters of AWS and of the disk do not import each other',
    breaches: (code) =>
      eachImport(
        code,
        (from, { to }) =>
          (isWithin(from, 'shared/adapters/aws') && isWithin(to, 'shared/adapters/local')) ||
          (isWithin(from, 'shared/adapters/local') && isWithin(to, 'shared/adapters/aws')),
      ),
    planted: [['shared/adapters/aws/a.ts', "import { files } from '../local/files.ts'"]],
  },
  {
    name: 'only the AWS adapters, the s3 kind and the composition root import @aws-sdk',
    breaches: (code) =>
      eachImport(
        code,
        (from, { to, isType }) =>
          to.startsWith('@aws-sdk/') &&
          !isType &&
          !['shared/adapters/aws', 'shared/connectors/s3', 'functions/world', 'functions/connections'].some((folder) =>
            isWithin(from, folder),
          ),
      ),
    planted: [['functions/a.ts', "import { S3Client } from '@aws-sdk/client-s3'"]],
  },
  {
    name: 'nothing but the lists re-exports, and nothing is exported by star',
    breaches: (code) => [
      ...eachImport(code, (from, { isExport }) => isExport && !lists.includes(from)),
      ...eachLine(code, (line) => /^export \*/.test(line)),
    ],
    planted: [
      ['shared/ports/index.ts', "export { a } from './catalog.ts'"],
      ['shared/formats/a.ts', "export type { A } from './b.ts'"],
      ['shared/usecases/index.ts', "export * from './a.ts'"],
    ],
  },
  {
    name: 'a function imports neither list of operations nor of use cases',
    breaches: (code) =>
      eachImport(
        code,
        (from, { to, isType }) => isWithin(from, 'functions') && !isType && lists.slice(0, 2).includes(to),
      ),
    planted: [['functions/a.ts', "import { operations } from '../shared/api/index.ts'"]],
  },
  {
    name: 'the list of kinds loads no driver: zod alone is imported before a connector is opened',
    breaches: (code) => {
      const seen = new Set<string>()
      const visit = (path: string): string[] => {
        if (seen.has(path)) return []
        seen.add(path)
        return importsOf(path, code.get(path) ?? '')
          .filter(({ isType, isDynamic }) => !isType && !isDynamic)
          .flatMap(({ to, isOurs }) =>
            isOurs ? visit(to) : to === 'zod' || to.startsWith('node:') ? [] : [`${path} imports ${to}`],
          )
      }
      return visit('shared/connectors/index.ts')
    },
    planted: [
      ['shared/connectors/index.ts', "import postgres from './postgres/kind.ts'"],
      ['shared/connectors/postgres/kind.ts', "import postgres from 'postgres'"],
    ],
  },
  {
    name: 'nothing happens when a file of shared is imported',
    breaches: (code) =>
      eachLine(
        code,
        (line, path) =>
          isWithin(path, 'shared') &&
          !entries.includes(path) &&
          ((/^[A-Za-z_$]/.test(line) && !isDeclaration(line) && !line.startsWith('if (import.meta.main)')) ||
            /^(export )?(const|let) [^=]*= (await |new \w+Client\(|(read|write|mk)\w*Sync\(|setInterval|setTimeout)/.test(
              line,
            )),
      ),
    planted: [
      ['shared/domain/a.ts', 'console.log(1)'],
      ['shared/domain/a.ts', 'for (const a of b) a()'],
      ['shared/adapters/aws/a.ts', 'const client = new SSMClient({})'],
      ['shared/adapters/aws/a.ts', "export const value = await load('a')"],
      ['shared/adapters/local/a.ts', "const text = readFileSync('a')"],
    ],
  },
  {
    name: 'shared reads the environment in its adapters alone',
    breaches: (code) =>
      eachLine(
        code,
        (line, path) => isWithin(path, 'shared') && !isWithin(path, 'shared/adapters') && /\bprocess\.env\b/.test(line),
      ),
    planted: [['shared/usecases/a.ts', '  const a = process.env.HOME']],
  },
  {
    name: 'only the guarded door opens sockets',
    breaches: (code) =>
      eachImport(
        code,
        (from, { to, isType }) =>
          isWithin(from, 'shared') &&
          !isType &&
          ['node:dns', 'node:dns/promises', 'node:http', 'node:https', 'node:http2', 'node:dgram', 'undici'].includes(
            to,
          ) &&
          !isWithin(from, 'shared/adapters/egress') &&
          !isWithin(from, 'shared/adapters/aws'),
      ).concat(
        eachLine(
          new Map([...code].filter(([path]) => isWithin(path, 'shared/connectors'))),
          (line) =>
            /(await|return|=|=>|\() fetch\(|\bnew Socket\(/.test(line) ||
            /^import (?!type)(?=.*\b(connect|createConnection)\b).*'node:net'/.test(line),
        ),
      ),
    planted: [
      ['shared/connectors/a/kind.ts', "import { request } from 'node:https'"],
      ['shared/connectors/a/kind.ts', "  const response = await fetch('http://x')"],
      ['shared/connectors/a/kind.ts', "import { connect, isIP } from 'node:net'"],
    ],
  },
  {
    name: 'a file has at most 300 lines',
    breaches: (code) =>
      [...code].flatMap(([path, text]) => {
        const lines = text.trimEnd().split('\n').length
        return lines > 300 ? [`${path} has ${lines} lines`] : []
      }),
    planted: [['shared/domain/a.ts', '\n'.repeat(400).concat('x')]],
  },
  {
    name: 'files and folders are named in kebab-case',
    breaches: (code) =>
      [...code.keys()].filter((path) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)+$/.test(path)),
    planted: [
      ['shared/domain/badName.ts', ''],
      ['shared/Domain/a.ts', ''],
      ['shared/domain/a_b.ts', ''],
    ],
  },
  {
    name: 'nothing is called Manager, Service, Helper, Util or Impl',
    breaches: (code) => [
      ...[...code.keys()].filter((path) => /(^|[/-])(managers?|services?|helpers?|utils?|impl)[./]/.test(path)),
      ...eachLine(code, (line) =>
        /\b(class|interface|type) \w*(Manager|Service|Helper|Util|Impl)s?\b|\b(const|function) \w+(Manager|Helper|Util|Impl)s?\b/.test(
          line,
        ),
      ),
    ],
    planted: [
      ['shared/domain/string-utils.ts', ''],
      ['shared/utils/a.ts', ''],
      ['shared/domain/a.ts', 'export class ConnectionManager {'],
      ['shared/domain/a.ts', 'export const dateHelpers = {'],
    ],
  },
  {
    name: 'a file exports by name, but for a kind',
    breaches: (code) =>
      eachLine(
        code,
        (line, path) =>
          /^export default\b/.test(line) &&
          isWithin(path, 'shared') &&
          !/^shared\/connectors\/[^/]+\/kind\.ts$/.test(path),
      ),
    planted: [['shared/domain/a.ts', 'export default a']],
  },
]

const isDeclaration = (line: string): boolean =>
  /^(import|export|const|let|function|async function|type|interface|class|declare) ?/.test(line)

describe('the architecture', () => {
  it('is written in docs/architecture.md as a table that names every folder', () => {
    expect([...permissions.keys()]).toEqual(
      expect.arrayContaining(['shared/domain', 'shared/usecases', 'functions', 'infra', 'local']),
    )
    const unnamed = [...code.keys()].filter(
      (path) => !path.startsWith('bench/') && ![...permissions.keys()].some((folder) => isWithin(path, folder)),
    )
    expect(unnamed).toEqual([])
  })

  it.each(rules)('holds: $name', ({ breaches }) => {
    expect(breaches(code)).toEqual([])
  })

  it.each(
    rules.flatMap(({ name, breaches, planted }) =>
      // The planted files of the driver rule only make sense together.
      name.startsWith('the list of kinds')
        ? [{ name, breaches, planted }]
        : planted.map((file) => ({ name, breaches, planted: [file] })),
    ),
  )('would find $planted.0.0 to breach: $name', ({ breaches, planted }) => {
    expect(breaches(new Map(planted))).not.toEqual([])
  })
})
