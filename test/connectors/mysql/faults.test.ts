import { describeBadNetwork } from '../../contract/database/bad-network.ts'
import { mysqlWorld } from '../../support/database-worlds.ts'
import { describeMariadb } from '../../support/mariadb.ts'

describeMariadb('MariaDB', (server) =>
  describeBadNetwork(
    mysqlWorld(server),
    (rows) => `CREATE TABLE items AS SELECT seq AS id, md5(seq) AS text FROM seq_1_to_${rows}`,
  ),
)
