import { createEgress } from '../../shared/adapters/egress.ts'
import { createPins } from '../../shared/adapters/pins.ts'
import { lazily } from './lazily.ts'
import { ownKinds } from './own-kinds.ts'

/** Pinning dials public addresses, as opening does. */
export const pins = lazily(() => createPins({ egress: createEgress({ allow: [] }), kinds: ownKinds }))
