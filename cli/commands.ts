import type { Command } from './command.ts'
import { connectorCommands } from './nouns/connectors.ts'
import { datasetCommands } from './nouns/datasets.ts'
import { exporterCommands } from './nouns/exporters.ts'
import { readCommands } from './nouns/read.ts'
import { sourceCommands } from './nouns/sources.ts'
import { storeCommands } from './nouns/stores.ts'
import { toolCommands } from './nouns/tools.ts'

/** Every command. */
export const commands: readonly Command[] = [
  ...readCommands,
  ...sourceCommands,
  ...connectorCommands,
  ...datasetCommands,
  ...exporterCommands,
  ...storeCommands,
  ...toolCommands,
]
