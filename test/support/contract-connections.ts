import { testConnections } from './connections.ts'

/** What the connections `mine` and `typed` list. */
export const keys = ['a.txt', 'foo/1', 'foo/2', 'foo/deep/3', 'foobar', 'large.bin', 'z.txt', 'ä']
/** The credential that they take. */
export const secretText = 'open-sesame-of-the-code'

const python = `
def context(credentials):
    if credentials != ${JSON.stringify(secretText)}:
        raise PermissionError("not with " + credentials)
    return {"ready": True}

def list_objects(context, metadata):
    names = ${JSON.stringify(keys)}
    if metadata is None:
        for name in names:
            if "/" not in name:
                yield {"name": name, "fingerprint": "1", "is_prefix": False}
        yield {"name": "foo/", "fingerprint": "", "is_prefix": True}
    elif metadata["name"] == "foo/":
        for name in names:
            if name.startswith("foo/"):
                yield {"name": name, "fingerprint": "1", "is_prefix": False}

def read_bytes(context, metadata):
    if metadata["name"] != "large.bin":
        yield metadata["name"].encode()
        return
    for n in range(300000):
        yield b"%d," % n
`
const typescript = `
export function context(credentials: string) {
  if (credentials !== ${JSON.stringify(secretText)}) throw Object.assign(new Error('not with ' + credentials), { code: 'EACCES' })
  return { ready: true }
}
const names = ${JSON.stringify(keys)}
export function* listObjects(_: unknown, metadata: { name: string } | null) {
  for (const name of names)
    if (name.includes('/') === (metadata?.name === 'foo/')) yield { name, fingerprint: '1', isPrefix: false }
  if (metadata === null) yield { name: 'foo/', fingerprint: '', isPrefix: true }
}
export function* readBytes(_: unknown, { name }: { name: string }) {
  if (name !== 'large.bin') return yield Buffer.from(name)
  for (let n = 0; n < 300000; n++) yield Buffer.from(n + ',')
}
`

/** Connections for the contract suite: one that answers and one whose source is not there, in each language. */
export const contractConnections = () =>
  testConnections({
    'mine/connection.py': python,
    'nobody/connection.py':
      'def context(credentials):\n    raise ConnectionRefusedError("nobody there")\ndef list_objects(c, m): pass\ndef read_bytes(c, m): pass\n',
    'typed/connection.ts': typescript,
    'nobody-typed/connection.ts': `export const context = () => { throw Object.assign(new Error('nobody there'), { code: 'ECONNREFUSED' }) }
export const listObjects = () => []
export const readBytes = () => []
`,
  })
