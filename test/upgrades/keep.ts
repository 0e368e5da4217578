/**
 * `node test/upgrades/keep.ts <data folder> <version>`: keeps of a data folder, which nothing runs on, what later versions
 * must be able to read: a record of each form, as DynamoDB and as this machine have them, and the files of the
 * dataset `uploaded` with the secrets. Whoever releases a version keeps it once.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { golden } from './golden.ts'

interface Row {
  readonly path: string
  readonly id: Uint8Array
  readonly revision: number
  readonly version: number
  readonly json: string
  readonly expires: number | null
}

const [folder, version] = process.argv.slice(2)
if (folder === undefined || version === undefined) throw new Error('Say which data folder, and which version it is of.')
const db = new DatabaseSync(join(folder, 'catalog.sqlite'), { readOnly: true })
const all = db.prepare('SELECT * FROM records ORDER BY path, id').all() as unknown as Row[]
const rows = all.filter(isNeeded())
const { user_version: layout } = db.prepare('PRAGMA user_version').get() as { user_version: number }
const tables = db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').all() as unknown as { sql: string }[]

mkdirSync(golden(version), { recursive: true })
writeFileSync(
  golden(version, 'catalog.sql'),
  [...tables.map(({ sql }) => sql), `PRAGMA user_version = ${layout}`, ...rows.map(toInsert), ''].join(';\n'),
)
writeFileSync(golden(version, 'catalog.ndjson'), rows.map((row) => `${JSON.stringify(toItem(row))}\n`).join(''))
writeFileSync(golden(version, 'folder.json'), `${JSON.stringify(Object.fromEntries(files()), null, 2)}\n`)

/** The dataset that tells of a file, whole; of everything else a record for each set of fields. */
function isNeeded(): (row: Row) => boolean {
  const seen = new Map<string, number>()
  return ({ path, id, json }) => {
    if (/\/uploaded\//.test(path) || Buffer.from(id).toString() === 'uploaded') return true
    if (path.endsWith('-uids') && JSON.parse(json).name === 'uploaded') return true
    const form = `${path.replaceAll(/[^/]+_[a-z0-9]{20,}|-[0-9a-hjkmnp-tv-z]{26}/g, '*')} ${formOfValue(JSON.parse(json))}`
    const count = (seen.get(form) ?? 0) + 1
    seen.set(form, count)
    return count <= 1
  }
}

/** Which fields a value has, and which words in them decide its form. */
function formOfValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value
  const fields = Object.entries(value)
  return fields.map(([name, each]) => (/^(kind|state|type)$/.test(name) ? `${name}=${each}` : name)).join()
}

function toInsert({ path, id, revision, version, json, expires }: Row): string {
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`
  const values = [text(path), `x'${Buffer.from(id).toString('hex')}'`, revision, text(json), expires ?? 'NULL', version]
  return `INSERT INTO records (path, id, revision, json, expires, version) VALUES (${values.join(', ')})`
}

function toItem({ path, id, revision, version, json, expires }: Row) {
  return {
    pk: { S: path },
    sk: { S: Buffer.from(id).toString() },
    revision: { N: String(revision) },
    version: { N: String(version) },
    json: { S: json },
    ...(expires !== null && { expires: { N: String(expires) } }),
  }
}

function files(): readonly (readonly [path: string, base64: string])[] {
  return readdirSync(folder!, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => /\/datasets\+\/uploaded\+\/|\/secrets\/|secrets\.key$/.test(file))
    .map((file) => [relative(folder!, file), readFileSync(file).toString('base64')] as const)
}
