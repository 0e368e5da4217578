import type { SourceObjects } from '../kind.ts'
import type { TakeStage } from './stages.ts'

/** The last stages of a check: whether the root can be listed, and a file of it be read. */
export async function probeFiles(take: TakeStage, objects: SourceObjects): Promise<void> {
  const { items } = await take(
    'permission',
    async () => {
      await objects.describe('')
      return objects.list({ prefix: '', delimiter: '/', limit: 100 })
    },
    ({ items, next }) => `The root shows ${items.length}${next === null ? '' : ' and more'} files and folders.`,
  )
  const file = items.find(({ isFolder }) => !isFolder)
  if (file === undefined) return
  await take(
    'sample',
    async () => {
      const { size } = await objects.describe(file.key)
      for await (const _ of await objects.read(file.key, [0, Math.min(1, size ?? 1)])) break
    },
    () => 'A file can be read.',
  )
}
