/** An upload in parts that this browser began: with the same file it goes on from the parts that arrived. */
export interface KeptUpload {
  readonly id: string
  readonly path: string
  readonly size: number
  readonly fingerprint: string
}

/** In `localStorage`, so that it outlives a reload; the file itself has to be chosen again. */
const key = 'headgate.uploads'

const listeners = new Set<() => void>()
let kept = read()

function read(): readonly KeptUpload[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '[]') as readonly KeptUpload[]
  } catch {
    return []
  }
}

function write(next: readonly KeptUpload[]): void {
  kept = next
  if (next.length === 0) localStorage.removeItem(key)
  else localStorage.setItem(key, JSON.stringify(next))
  for (const listener of listeners) listener()
}

export const keptUploads = {
  all: (): readonly KeptUpload[] => kept,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  keep: (upload: KeptUpload): void => write([...read().filter(({ id }) => id !== upload.id), upload]),
  forget: (id: string): void => write(read().filter((each) => each.id !== id)),
}

/** Bytes at either end that tell files apart, besides size and time. */
const endBytes = 1 << 20

/** What tells a file from another of the same name, without reading all of it. */
export async function fingerprintOf(file: File): Promise<string> {
  const ends = new Blob([file.slice(0, endBytes), file.slice(-endBytes)])
  const hash = await crypto.subtle.digest('SHA-256', await ends.arrayBuffer())
  const text = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${file.size} ${text}`
}
