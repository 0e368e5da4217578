import type { StageName } from '../../domain/check.ts'
import { Fault } from '../../domain/faults.ts'
import type { TakeStage } from '../files/stages.ts'
import { listLeaves } from './leaves.ts'
import type { ListedObject, Session } from './runner.ts'
import type { Sessions } from './sessions.ts'

/**
 * Runs the code of a connection as a snapshot would: loads it, makes its context, lists, and reads the beginning of one
 * object. What is wrong is told with file and line, and without the credential. Gives what the code printed.
 */
export async function conform(take: TakeStage, sessions: Sessions): Promise<string> {
  await taken(
    take,
    'connect',
    () => sessions.use(async () => {}),
    () => 'The code is loaded, and its context made.',
  )
  const leaves = await taken(
    take,
    'permission',
    () => listLeaves(sessions),
    (leaves) => `It lists ${leaves.length} objects.`,
  )
  const [first] = leaves
  if (first)
    await taken(
      take,
      'sample',
      () => sessions.use((session) => readSome(session, first)),
      (what) => what,
    )
  return sessions.printed()
}

async function readSome(session: Session, object: ListedObject): Promise<string> {
  if (session.infersSchema) await session.inferSchema(object)
  for await (const bytes of session.read(object)) {
    if (bytes.length > 0) return `${JSON.stringify(object.name.slice(0, 100))} can be read.`
  }
  return `${JSON.stringify(object.name.slice(0, 100))} is empty.`
}

/** A refusal is told at the login; what the code could not do for other reasons, at the stage it was in. */
async function taken<T>(
  take: TakeStage,
  name: StageName,
  run: () => Promise<T>,
  tell: (found: T) => string,
): Promise<T> {
  const outcome = await run().then(
    (found) => () => Promise.resolve(found),
    (thrown: unknown) => () => Promise.reject(thrown),
  )
  const stage = await outcome().then(
    () => name,
    (thrown: unknown) => {
      if (thrown instanceof Fault && thrown.code === 'source-refused') return 'login'
      // Of what is not refused, only the place where it happened is known: it is no matter of rights.
      return name === 'permission' ? 'sample' : name
    },
  )
  return take(stage, outcome, tell)
}
