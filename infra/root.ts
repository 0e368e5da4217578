import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of the package: where `package.json` is, whether this runs from source or as built. */
export const root = above(import.meta.dirname)

/** The built functions: the code of every Lambda. */
export const functionsFolder = join(root, 'dist/functions')

/** The function that puts the Data App into its bucket, with the files of the app. */
export const hostingFolder = join(root, 'dist/hosting')

/** The functions of connections of one's own code, a folder each. */
export const connectionsFolder = join(root, 'dist/connections')

function above(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : above(dirname(folder))
}
