import { join } from 'node:path'
import { customKind } from './custom-kind.ts'

/** Code in the deployment's folder `connections`, run as processes of this machine. */
export default customKind(async () => {
  const { childRunner } = await import('./child-runner.ts')
  return childRunner(join(import.meta.dirname, '../../../connections'))
})
