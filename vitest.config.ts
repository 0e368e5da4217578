import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes minutes begins first: begun last, it would leave the other workers with nothing to do. */
const longest = ['test/app/data-app', 'test/functions/journey', 'test/cli/server', 'test/clients/typescript/server']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => longest.some((name) => moduleId.includes(`/${name}.test.ts`))
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/run-folder.ts'],
    // A worker for each core: one core less, as it would be by itself, leaves half of a small machine idle.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    // Guards against hanging, not measurements: some tests start databases and whole processes on a busy machine.
    testTimeout: 180_000,
    hookTimeout: 240_000,
    teardownTimeout: 30_000,
    expect: { poll: { timeout: 30_000, interval: 100 } },
  },
})
