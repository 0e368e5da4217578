import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { operations } from '../shared/api/index.ts'
import type { Operation } from '../shared/api/operation.ts'
import { faults } from '../shared/domain/faults.ts'
import { readCode, root } from './support/code.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const rows = Object.entries(operations as Record<string, Operation>).map(([id, operation]) => ({ id, ...operation }))

describe('each operation', () => {
  it('has a use case of its name, and the list names it', () => {
    const list = read('shared/usecases/index.ts')
    for (const { id } of rows) {
      const file = `shared/usecases/${kebab(id)}.ts`
      expect(existsSync(join(root, file)), file).toBe(true)
      expect(list).toContain(`export { ${id} } from './${kebab(id)}.ts'`)
    }
    expect(list.trim().split('\n')).toHaveLength(rows.length)
  })

  it('has a function of its name that serves it', (context) => {
    if (!existsSync(join(root, 'functions/stack.ts'))) context.skip('there is no functions/stack.ts')
    for (const { id } of rows) {
      const file = `functions/${kebab(id)}.ts`
      expect(existsSync(join(root, file)), file).toBe(true)
      expect(read(file), file).toMatch(new RegExp(`\\b${id}\\b`))
    }
  })

  it('is called by a test, by its id or its path', () => {
    const tests = [...readCode(['test'], ['.ts'])].filter(([path]) => path !== 'test/repository.test.ts')
    const untested = rows.filter(({ id, path }) => {
      const parts = path.replaceAll('.', '\\.').replace(/\{\w+\+?\}/g, '(?:\\$?\\{[^}]*\\}|[^/\\s\'"`?]+)')
      const asCalled = new RegExp(`${parts}(?![\\w/{$])`)
      const byId = new RegExp(`\\b${id}\\b`)
      return !tests.some(([, text]) => byId.test(text) || asCalled.test(text))
    })
    expect(untested.map(({ id }) => id)).toEqual([])
  })

  it('has a method and path of its own', () => {
    const routes = rows.map(({ method, path }) => `${method} ${path.replace(/\{\w+(\+?)\}/g, '{$1}')}`)
    expect(new Set(routes).size).toBe(routes.length)
  })
})

describe('each fault', () => {
  it('has a heading in docs/problems.md, and each heading a fault', () => {
    const headings = [...read('docs/problems.md').matchAll(/^### (.+)$/gm)].map(([, heading]) => heading!)
    expect(headings.toSorted()).toEqual(Object.keys(faults).toSorted())
  })

  it('is described there with its status', () => {
    const statuses = [...read('docs/problems.md').matchAll(/^### (\S+)\n\n(\d+)\./gm)].map(([, code, status]) => [
      code,
      Number(status),
    ])
    expect(Object.fromEntries(statuses)).toEqual(
      Object.fromEntries(Object.entries(faults).map(([code, { status }]) => [code, status])),
    )
  })
})

describe('the packages', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
  const versions = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((group) =>
    Object.entries(manifest[group] ?? {}),
  )

  it('are pinned to exact versions', () => {
    expect(versions.length).toBeGreaterThan(10)
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version))).toEqual([])
  })

  it('are locked without naming a registry', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string }> }
    expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
  })

  it('of the product are each named by a decision', () => {
    const decisions = [...readCode(['docs/decisions'], ['.md']).values()].join('\n')
    const unnamed = [...Object.keys(manifest.dependencies!), ...Object.keys(manifest.optionalDependencies!)].filter(
      (name) => !decisions.includes(`\`${name}\``) && !decisions.includes(`\`${name.split('/')[0]}\``),
    )
    expect(unnamed).toEqual([])
  })
})

describe('the documents', () => {
  it('of decisions have a number of their own, in the name and in the heading', () => {
    const names = readdirSync(join(root, 'docs/decisions'))
    for (const name of names) {
      expect(name).toMatch(/^\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.md$/)
      expect(read(`docs/decisions/${name}`)).toMatch(new RegExp(`^# ${name.slice(0, 4)} \\S`))
    }
    expect(new Set(names.map((name) => name.slice(0, 4))).size).toBe(names.length)
  })

  it('link to files that are there', () => {
    const documents = [...readCode(['docs'], ['.md'])].concat(
      ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md']
        .filter((path) => existsSync(join(root, path)))
        .map((path) => [path, read(path)]),
    )
    const broken = documents.flatMap(([path, text]) =>
      [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, to]) => to!)
        .filter((to) => !/^[a-z]+:/.test(to) && !existsSync(join(root, path, '..', to)))
        .map((to) => `${path}: ${to}`),
    )
    expect(broken).toEqual([])
  })
})

describe('no file', () => {
  const texts = [
    ...readCode(
      ['shared', 'functions', 'local', 'infra', 'clients', 'cli', 'app', 'bench', 'test', 'docs'],
      ['.ts', '.tsx', '.mjs', '.md', '.json', '.py', '.sql', '.yml', '.css', '.html'],
    ),
  ].filter(([path]) => path !== 'test/repository.test.ts')
  const holding = (pattern: RegExp): string[] => texts.filter(([, text]) => pattern.test(text)).map(([path]) => path)

  it('names a folder of one machine', () => {
    expect(holding(/(?<![\w.}])\/(work|root|home\/\w+|Users\/\w+)\//)).toEqual([])
  })

  it('leaves something to do for later', () => {
    expect(holding(/\b(TODO|FIXME|XXX)\b/)).toEqual([])
  })

  it('holds a private key or a token', () => {
    expect(holding(/-----BEGIN (EC |RSA )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b/)).toEqual([])
  })
})
