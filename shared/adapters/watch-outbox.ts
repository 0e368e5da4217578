import type { CatalogWriter } from '../ports/catalog.ts'
import { outbox } from '../ports/event-records.ts'

/** The same catalog; `onEvent` is called after a write that puts an event into the outbox: what a stream of it does on AWS. */
export const watchOutbox = <C extends CatalogWriter>(catalog: C, onEvent: () => void): C => ({
  ...catalog,
  async write(changes) {
    await catalog.write(changes)
    if (changes.some((change) => 'create' in change && change.create.path === outbox.path)) onEvent()
  },
})
