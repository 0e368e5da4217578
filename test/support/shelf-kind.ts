import * as z from 'zod'
import { connectorKind, type TableInfo } from '../../shared/connectors/kind.ts'
import type { Batch, Schema } from '../../shared/domain/batch.ts'
import { Fault } from '../../shared/domain/faults.ts'

const schema: Schema = [
  { name: 'id', type: { is: 'int64' }, nullable: false, native: 'bigint' },
  { name: 'label', type: { is: 'utf8' }, nullable: true, native: 'text' },
]

const info = (name: string): TableInfo => ({
  table: name,
  schema: 'main',
  name,
  kind: 'table',
  comment: null,
  estimate: 3,
  bytes: null,
})

/** What tests may see of the connections that were opened. */
export const shelfLog = { opened: 0, closed: 0, sql: [] as string[] }

/**
 * A kind without a network: one table `boxes` of `config.rows` rows (id, and a label that is null for odd ids).
 * Its password must be `open sesame`.
 */
export default connectorKind({
  kind: 'shelf',
  title: 'Shelf',
  capabilities: ['tables'],
  config: z.strictObject({ rows: z.int().min(0).default(3), place: z.string().default('here') }),
  credential: z.strictObject({ password: z.string().min(1).optional() }),
  selection: z.strictObject({ table: z.string().min(1) }),
  async open({ config, credential, signal }) {
    shelfLog.opened++
    let closed = false
    const mayRead = () => {
      if (credential.reveal().password === 'open sesame') return
      throw new Fault('source-refused', 'The shelf refused the password.')
    }
    const known = (table: string) => {
      if (table !== 'boxes') throw new Fault('not-found', `There is no table ${JSON.stringify(table)}.`)
    }
    const rows = (begin: number, end: number) => ({ schema, batches: batches(begin, end, signal) })
    return {
      tables: {
        async list() {
          mayRead()
          return { items: [info('boxes')], next: null }
        },
        async describe(table) {
          mayRead()
          known(table)
          return { ...info(table), columns: schema, comments: [null, null], primaryKey: ['id'], uniqueKeys: [] }
        },
        async read(table, { limit, after }) {
          mayRead()
          known(table)
          const begin = after === undefined ? 0 : Number(after)
          const end = Math.min(config.rows, limit === undefined ? config.rows : begin + limit)
          return { ...rows(begin, end), next: () => (end < config.rows ? String(end) : null) }
        },
        async query({ sql, limit }) {
          mayRead()
          shelfLog.sql.push(sql)
          return rows(0, Math.min(config.rows, limit ?? config.rows))
        },
      },
      async check() {
        const ok = credential.reveal().password === 'open sesame'
        const stage = { name: 'login' as const, ok, ms: 0, detail: ok ? 'Let in.' : 'Refused.', hint: null }
        return { stages: [stage], warnings: [] }
      },
      plan: async () => [{ id: 'all', spec: null, estimate: config.rows }],
      async extract(selection) {
        mayRead()
        known(selection.table)
        return { shape: 'rows', consistency: 'snapshot', ...rows(0, config.rows) }
      },
      async close() {
        if (!closed) shelfLog.closed++
        closed = true
      },
    }
  },
})

const batchRows = 1000

async function* batches(begin: number, end: number, signal: AbortSignal): AsyncGenerator<Batch> {
  for (let at = begin; at < end; at += batchRows) {
    signal.throwIfAborted()
    const rows = Math.min(batchRows, end - at)
    const ids = BigInt64Array.from({ length: rows }, (_, i) => BigInt(at + i))
    const labels = Array.from({ length: rows }, (_, i) => ((at + i) % 2 === 0 ? `box ${at + i}` : ''))
    const offsets = new Int32Array(rows + 1)
    labels.forEach((label, i) => {
      offsets[i + 1] = offsets[i]! + label.length
    })
    yield {
      rows,
      columns: [
        { layout: 'fixed', values: ids },
        {
          layout: 'bytes',
          offsets,
          data: new TextEncoder().encode(labels.join('')),
          validity: Uint8Array.from({ length: rows }, (_, i) => ((at + i) % 2 === 0 ? 1 : 0)),
        },
      ],
    }
  }
}
