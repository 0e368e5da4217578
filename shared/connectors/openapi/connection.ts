import type { Connection, OpenAt } from '../kind.ts'
import type { Credential } from '../web/auth.ts'
import { openApi } from './api.ts'
import { checkApi } from './check.ts'
import type { Config, Selection } from './config.ts'
import { operationsOf } from './operations-facet.ts'
import { selectedItems, tablesOf } from './tables.ts'

/** Each connection reads the document anew: a changed one shows in the next. */
export function openConnection(at: OpenAt<Config, Credential>): Connection<'operations' | 'tables', Selection> {
  const closing = new AbortController()
  const open = { ...at, signal: AbortSignal.any([at.signal, closing.signal]) }
  const api = openApi(open)
  return {
    operations: operationsOf(api),
    tables: tablesOf(api),
    check: () => checkApi(openApi(open), open),
    plan: async () => [{ id: '0', spec: null, estimate: null }],
    async extract(selection) {
      const { schema, batches } = await selectedItems(api, selection)
      return { shape: 'rows', consistency: 'none', schema, batches }
    },
    async close() {
      closing.abort()
    },
  }
}
