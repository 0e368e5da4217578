import { parseArgs } from 'node:util'
import { printOutcomes } from './measure.ts'
import { benchSnapshots } from './snapshots.ts'

/** `npm run bench -- --rows 4000000 --rounds 5`: needs `psql` on the PATH and a quiet machine. */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '4000000' },
    'wide-rows': { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '5' },
  },
})

printOutcomes(
  await benchSnapshots({
    rows: Number(values.rows),
    wideRows: Number(values['wide-rows']),
    rounds: Number(values.rounds),
  }),
)
