import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { installMariadb, startMariadb } from '../test/support/start-mariadb.ts'
import { contend, type Outcome, timeCommand, timeProgram } from './measure.ts'

const login = { user: 'bench', password: 'bench' }
const database = 'warehouse'

/** A snapshot of a MariaDB table as Parquet against `mariadb --quick`, both over TCP on loopback. */
export async function benchMysql({ rows, rounds }: { rows: number; rounds: number }): Promise<Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'))
  await installMariadb(folder)
  const server = await startMariadb(folder, login, ['--innodb-buffer-pool-size=1G'])
  const { port } = server
  const sql = await createConnection({ host: '127.0.0.1', port, database, ...login })
  const client = `mariadb --no-defaults -h127.0.0.1 -P${port} -u${login.user} --quick --batch --skip-column-names ${database}`
  try {
    await sql.query(lineitemSql(rows))
    await sql.query('ANALYZE TABLE lineitem')
    return [
      await contend(
        {
          what: 'MariaDB lineitem -> parquet',
          goal: '<= 1.2',
          ours: () =>
            timeProgram(join(import.meta.dirname, 'take-one.ts'), {
              ...{ kind: 'mysql', port, database, password: login.password, sql: 'lineitem', datasource: {} },
            }),
          reference: {
            name: 'mariadb --quick, discarded',
            run: () => timeCommand(`${client} -e 'select * from lineitem' > /dev/null`, { MYSQL_PWD: login.password }),
          },
        },
        rounds,
      ),
    ]
  } finally {
    await sql.end()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** A table in the shape of TPC-H lineitem, as `makeLineitem` makes it for PostgreSQL. */
function lineitemSql(rows: number): string {
  const hash = (salt: number, below: number) => `(CRC32(seq + ${salt}) % ${below})`
  return `
    CREATE TABLE lineitem (id bigint PRIMARY KEY) AS
    SELECT CAST(seq AS SIGNED) AS id, CAST(seq DIV 4 AS SIGNED) AS l_orderkey,
      CAST(${hash(0, 1_048_576)} AS SIGNED) AS l_partkey, CAST(${hash(1, 65_536)} AS SIGNED) AS l_suppkey,
      CAST(seq % 4 + 1 AS INT) AS l_linenumber, CAST(${hash(2, 50)} + 1 AS DECIMAL(15,2)) AS l_quantity,
      CAST(${hash(3, 10_000_000)} / 100 AS DECIMAL(15,2)) AS l_extendedprice,
      CAST(${hash(4, 11)} / 100 AS DECIMAL(15,2)) AS l_discount, CAST(${hash(5, 9)} / 100 AS DECIMAL(15,2)) AS l_tax,
      CAST(ELT(1 + ${hash(6, 3)}, 'R', 'A', 'N') AS CHAR(1)) AS l_returnflag,
      CAST(ELT(1 + ${hash(7, 2)}, 'O', 'F') AS CHAR(1)) AS l_linestatus,
      DATE('1992-01-01') + INTERVAL ${hash(8, 2048)} DAY AS l_shipdate,
      DATE('1992-02-01') + INTERVAL ${hash(9, 2048)} DAY AS l_commitdate,
      DATE('1992-03-01') + INTERVAL ${hash(10, 2048)} DAY AS l_receiptdate,
      CAST(ELT(1 + ${hash(11, 4)}, 'DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN') AS CHAR(25)) AS l_shipinstruct,
      CAST(ELT(1 + ${hash(12, 7)}, 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB', 'REG AIR') AS CHAR(10)) AS l_shipmode,
      CAST(SUBSTR(CONCAT(MD5(seq), MD5(seq * 7)), 1, 10 + ${hash(13, 34)}) AS CHAR(44)) AS l_comment
    FROM seq_1_to_${rows}`
}
