import { createPins } from '../../shared/adapters/pins.ts'
import { egress } from './egress.ts'
import { lazily } from './lazily.ts'
import { ownKinds } from './own-kinds.ts'

export const pins = lazily(() => createPins({ egress: egress(), kinds: ownKinds }))
