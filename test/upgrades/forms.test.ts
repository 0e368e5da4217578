import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { versionOf } from '../../shared/adapters/catalog-rules.ts'
import { Manifest } from '../../shared/domain/snapshot.ts'
import { readCode, root } from '../support/code.ts'
import { collections, declaring } from './collections.ts'
import { formOf } from './forms.ts'
import { golden, kept } from './golden.ts'

interface Form {
  readonly version: number
  readonly form: unknown
}

/** The manifest is no record, but kept as long, and carries its own version. */
const manifests = { path: 'manifest.json', schema: Manifest }

const today: Readonly<Record<string, Form>> = Object.fromEntries(
  [...collections, manifests].map((each) => [each.path, { version: versionOf(each), form: formOf(each) }]),
)

const isReleased = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').includes(`\n## ${manifest.version}`)
const file = golden(manifest.version, 'forms.json')
if (process.env.HEADGATE_WRITE_GOLDEN !== undefined) {
  if (isReleased && existsSync(file)) throw new Error(`${manifest.version} is released: what it was stays as it was.`)
  writeFileSync(file, `${JSON.stringify(today, null, 1)}\n`)
}

describe('the forms of records', () => {
  it.each(kept)('have not changed since %s but by a step of their collection', (version) => {
    const then: Readonly<Record<string, Form>> = JSON.parse(readFileSync(golden(version, 'forms.json'), 'utf8'))
    for (const [path, { version, form }] of Object.entries(then)) {
      expect(today, 'a collection that went takes its records with it').toHaveProperty([path])
      expect(today[path]!.version, path).toBeGreaterThanOrEqual(version)
      if (today[path]!.version > version) continue
      expect(
        today[path]!.form,
        `${path} has changed: give its collection a step (\`asItIs\` where the schema fills in what is new), so that older ` +
          'code does not misread what this one writes. Until the version of package.json is released, ' +
          'HEADGATE_WRITE_GOLDEN=1 writes its forms anew.',
      ).toEqual(form)
    }
  })

  it('are declared where this test finds them', () => {
    const elsewhere = [...readCode(['shared', 'local', 'functions'], ['.ts'])]
      .filter(([, text]) => /(: Collection<[^>]*>+ = \{|\): Collection<.*> => \(\{)/.test(text))
      .map(([path]) => path)
    expect(elsewhere.toSorted()).toEqual(declaring.toSorted())
    const declared = declaring.flatMap((path) => [
      ...readFileSync(join(root, path), 'utf8').matchAll(/^ {2}path: |\{ path: /gm),
    ])
    // `secretsOf` declares two in one line.
    expect(collections).toHaveLength(declared.length + 1)
  })

  it('are never read around their steps', () => {
    const around = [...readCode(['shared', 'local', 'functions'], ['.ts'])]
      .filter(([, text]) => /\bpath: \w+(\([^)]*\))?\.path\b/.test(text))
      .map(([path]) => path)
    expect(around).toEqual(['shared/adapters/catalog-rules.ts'])
  })
})
