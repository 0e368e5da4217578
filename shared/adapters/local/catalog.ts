import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { Fault } from '../../domain/faults.ts'
import type { CatalogWriter, Collection, Entry } from '../../ports/catalog.ts'
import { checkListing, fromJson, isRecordId, type ReadyChange, readyChanges, refusedChange } from '../catalog-rules.ts'

/** Ids are blobs, so that they sort by their bytes. An expired record is as good as gone, and goes with a later write. */
const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS records (
    path TEXT NOT NULL, id BLOB NOT NULL, revision INTEGER NOT NULL, json TEXT NOT NULL, expires INTEGER,
    PRIMARY KEY (path, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS records_by_expiry ON records (expires) WHERE expires IS NOT NULL;
`

const sql = {
  get: `SELECT id, revision, json FROM records WHERE path = ? AND id = ? AND (expires IS NULL OR expires > ?)`,
  ascending: `SELECT id, revision, json FROM records
    WHERE path = ? AND id > ? AND id >= ? AND id < ? AND (expires IS NULL OR expires > ?) ORDER BY id LIMIT ?`,
  descending: `SELECT id, revision, json FROM records
    WHERE path = ? AND id < ? AND id >= ? AND id < ? AND (expires IS NULL OR expires > ?) ORDER BY id DESC LIMIT ?`,
  put: `INSERT OR REPLACE INTO records (path, id, revision, json, expires) VALUES (?, ?, ?, ?, ?)`,
  delete: `DELETE FROM records WHERE path = ? AND id = ?`,
  sweep: `DELETE FROM records WHERE (path, id) IN (SELECT path, id FROM records WHERE expires <= ? LIMIT 100)`,
}

/** The catalog in one SQLite file, made at first use. Several processes may share it. `close` it in the end. */
export function localCatalog({ file }: { readonly file: string }): CatalogWriter & { close(): void } {
  // The file is made here so that only its owner can ever read it: SQLite gives its companions the same mode.
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
  const db = new DatabaseSync(file)
  db.exec(schema)
  const run = Object.fromEntries(
    Object.entries(sql).map(([name, text]) => [name, db.prepare(text)]),
  ) as unknown as Record<keyof typeof sql, ReturnType<typeof db.prepare>>

  const currentRevision = (change: ReadyChange): number | undefined =>
    run.get.get(change.path, bytes(change.id), nowSeconds())?.revision as number | undefined

  function make(change: ReadyChange): void {
    const current = currentRevision(change)
    if (
      change.kind === 'create' ? current !== undefined : change.revision !== undefined && change.revision !== current
    ) {
      throw refusedChange(change, current !== undefined)
    }
    if (change.kind === 'delete') run.delete.run(change.path, bytes(change.id))
    else run.put.run(change.path, bytes(change.id), (current ?? 0) + 1, change.json, change.expires ?? null)
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
  return { id, revision: row.revision as number, value: fromJson(collection, id, row.json as string) }
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
