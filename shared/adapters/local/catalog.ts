import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { Fault } from '../../domain/faults.ts'
import type { CatalogWriter, Collection, Entry } from '../../ports/catalog.ts'
import { checkListing, fromJson, isRecordId, type ReadyChange, readyChanges, refusedChange } from '../catalog-rules.ts'

const connection = `
  PRAGMA busy_timeout = 5000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
`

/**
 * From each layout of the file to the next; the file's `user_version` is how many it has had. Ids are blobs, so that they
 * sort by their bytes. An expired record is as good as gone, and goes with a later write.
 */
const layouts = [
  `CREATE TABLE IF NOT EXISTS records (
    path TEXT NOT NULL, id BLOB NOT NULL, revision INTEGER NOT NULL, json TEXT NOT NULL, expires INTEGER,
    PRIMARY KEY (path, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS records_by_expiry ON records (expires) WHERE expires IS NOT NULL;`,
  `ALTER TABLE records ADD COLUMN version INTEGER NOT NULL DEFAULT 1;`,
]

const sql = {
  get: `SELECT id, revision, version, json FROM records WHERE path = ? AND id = ? AND (expires IS NULL OR expires > ?)`,
  ascending: `SELECT id, revision, version, json FROM records
    WHERE path = ? AND id > ? AND id >= ? AND id < ? AND (expires IS NULL OR expires > ?) ORDER BY id LIMIT ?`,
  descending: `SELECT id, revision, version, json FROM records
    WHERE path = ? AND id < ? AND id >= ? AND id < ? AND (expires IS NULL OR expires > ?) ORDER BY id DESC LIMIT ?`,
  put: `INSERT OR REPLACE INTO records (path, id, revision, version, json, expires) VALUES (?, ?, ?, ?, ?, ?)`,
  delete: `DELETE FROM records WHERE path = ? AND id = ?`,
  sweep: `DELETE FROM records WHERE (path, id) IN (SELECT path, id FROM records WHERE expires <= ? LIMIT 100)`,
}

/**
 * The catalog in one SQLite file, made at first use. Several processes may share it. `close` it in the end. Fault busy
 * where the file is of a newer version of Headgate.
 */
export function localCatalog({ file }: { readonly file: string }): CatalogWriter & { close(): void } {
  // The file is made here so that only its owner can ever read it: SQLite gives its companions the same mode.
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
  const db = new DatabaseSync(file)
  db.exec(connection)
  try {
    bringForward(db)
  } catch (thrown) {
    db.close()
    throw thrown
  }
  const run = Object.fromEntries(
    Object.entries(sql).map(([name, text]) => [name, db.prepare(text)]),
  ) as unknown as Record<keyof typeof sql, ReturnType<typeof db.prepare>>

  const currentRevision = (change: ReadyChange): number | undefined =>
    run.get.get(change.path, bytes(change.id), nowSeconds())?.revision as number | undefined

  const put = ({ path, id, version, json, expires }: Exclude<ReadyChange, { kind: 'delete' }>, revision: number) =>
    run.put.run(path, bytes(id), revision, version, json, expires ?? null)

  function make(change: ReadyChange): void {
    const current = currentRevision(change)
    if (
      change.kind === 'create' ? current !== undefined : change.revision !== undefined && change.revision !== current
    ) {
      throw refusedChange(change, current !== undefined)
    }
    if (change.kind === 'delete') run.delete.run(change.path, bytes(change.id))
    else put(change, (current ?? 0) + 1)
  }

  return {
    async get(collection, id) {
      if (!isRecordId(id)) return undefined
      const row = busyAsFault(() => run.get.get(collection.path, bytes(id), nowSeconds()))
      return row && toEntry(collection, row)
    },
    async list(collection, page) {
      checkListing(page)
      const prefix = bytes(page.prefix ?? '')
      const past = Buffer.concat([prefix, lastByte])
      const after = page.after === undefined ? (page.descending ? lastByte : firstByte) : bytes(page.after)
      const query = page.descending ? run.descending : run.ascending
      const rows = busyAsFault(() => query.all(collection.path, after, prefix, past, nowSeconds(), page.limit + 1))
      const entries = rows.slice(0, page.limit).map((row) => toEntry(collection, row))
      return { entries, next: rows.length > page.limit ? entries.at(-1)!.id : null }
    },
    async write(changes) {
      const ready = readyChanges(changes)
      busyAsFault(() => {
        db.exec('BEGIN IMMEDIATE')
        try {
          for (const change of ready) make(change)
          run.sweep.run(nowSeconds())
          db.exec('COMMIT')
        } catch (thrown) {
          if (db.isTransaction) db.exec('ROLLBACK')
          throw thrown
        }
      })
    },
    close: () => db.close(),
  }
}

/** No UTF-8 text holds 0xFF, so it sorts after all of them. */
const lastByte = Buffer.of(0xff)
const firstByte = Buffer.alloc(0)

const bytes = (text: string) => Buffer.from(text)
const nowSeconds = () => Math.floor(Date.now() / 1000)

function toEntry<T>(collection: Collection<T>, row: Record<string, SQLOutputValue>): Entry<T> {
  const id = Buffer.from(row.id as Uint8Array).toString()
  return {
    id,
    revision: row.revision as number,
    value: fromJson(collection, id, row.json as string, row.version as number),
  }
}

function bringForward(db: DatabaseSync): void {
  if (layoutOf(db) === layouts.length) return
  busyAsFault(() => db.exec('BEGIN IMMEDIATE'))
  // Another process may have done so meanwhile.
  for (const layout of layouts.slice(layoutOf(db))) db.exec(layout)
  db.exec(`PRAGMA user_version = ${layouts.length}; COMMIT`)
}

function layoutOf(db: DatabaseSync): number {
  const { user_version: layout } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (layout <= layouts.length) return layout
  throw new Fault('busy', 'The catalog is of a newer version of Headgate.', {
    hint: 'Run that version, or a newer one.',
  })
}

const sqliteBusy = 5

function busyAsFault<R>(work: () => R): R {
  try {
    return work()
  } catch (cause) {
    // The lower byte is the code, the others say what kind of it.
    if (((cause as { errcode?: number }).errcode ?? 0) % 256 !== sqliteBusy) throw cause
    throw new Fault('busy', 'Another process is writing to the catalog.', { cause, retryAfter: 1 })
  }
}
