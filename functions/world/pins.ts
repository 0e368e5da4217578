import { createPins } from '../../shared/adapters/pins.ts'
import { kinds } from '../../shared/connectors/index.ts'
import { egress } from './egress.ts'
import { lazily } from './lazily.ts'

export const pins = lazily(() => createPins({ egress: egress(), kinds }))
