import type { RegisteredTable, Registry } from '../../shared/ports/registry.ts'

/** What engines would be shown, in a map. */
export function memoryRegistry(): Registry & { readonly shown: Map<string, RegisteredTable> } {
  const shown = new Map<string, RegisteredTable>()
  return {
    shown,
    async put(table) {
      shown.set(table.dataset, table)
    },
    async remove(dataset) {
      shown.delete(dataset)
    },
    list: async () => ({ tables: [...shown.values()], next: null }),
  }
}
