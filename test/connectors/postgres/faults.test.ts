import { describeBadNetwork } from '../../contract/database/bad-network.ts'
import { postgresWorld } from '../../support/database-worlds.ts'
import { testPostgres } from '../../support/postgres.ts'

describeBadNetwork(
  postgresWorld(await testPostgres()),
  (rows) => `CREATE TABLE items AS SELECT n AS id, md5(n::text) AS text FROM generate_series(1, ${rows}) n`,
)
