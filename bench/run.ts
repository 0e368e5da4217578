import { parseArgs } from 'node:util'
import { printOutcomes } from './measure.ts'
import { benchMysql } from './mysql.ts'
import { benchSnapshots } from './snapshots.ts'
import { benchStrategies } from './strategies.ts'

/**
 * `npm run bench -- --rows 4000000 --rounds 5`: needs `psql` on the PATH and a quiet machine; with `--only mysql`
 * `mariadb` and `mariadbd` instead.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '4000000' },
    'wide-rows': { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'postgres,strategies,mysql' },
  },
})

const [rows, wideRows, rounds] = [values.rows, values['wide-rows'], values.rounds].map(Number) as [
  number,
  number,
  number,
]
const only = values.only.split(',')

printOutcomes([
  ...(only.includes('postgres') ? await benchSnapshots({ rows, wideRows, rounds }) : []),
  ...(only.includes('strategies') ? await benchStrategies({ rows, rounds }) : []),
  ...(only.includes('mysql') ? await benchMysql({ rows, rounds }) : []),
])
