import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

/** Files that a server of the tests serves: sibling prefixes, odd names, an empty one and one of two mebibytes. */
export const treeFiles: Readonly<Record<string, Buffer>> = {
  'a b.txt': Buffer.from('with a space'),
  'empty.bin': Buffer.alloc(0),
  'foo/1.csv': Buffer.from('id,name\n1,one\n2,two\n'),
  'foo/2.csv': Buffer.from('id,name\n3,three\n'),
  'foo/bar/deep.txt': Buffer.from('deep'),
  'foobar.txt': Buffer.from('a sibling of the folder foo'),
  'large.bin': Buffer.from(Uint8Array.from({ length: 2 * 1024 * 1024 + 17 }, (_, i) => (i * 31 + (i >> 8)) & 255)),
  'star*.txt': Buffer.from('a star'),
  'ünïcode-😀.txt': Buffer.from('not ASCII'),
}

/** A folder with those files, removed after the tests of the file. */
export async function fileTree(
  parent: string,
  files: Readonly<Record<string, Uint8Array | string>> = treeFiles,
): Promise<string> {
  const root = await mkdtemp(join(parent, 'headgate-tree-'))
  for (const [key, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, key)), { recursive: true })
    writeFileSync(join(root, key), bytes)
  }
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  return root
}
