import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'

export interface UploadState {
  readonly key: number
  readonly path: string
  readonly done: number
  readonly total: number
  readonly state: 'waiting' | 'sending' | 'done' | 'broken'
  readonly said?: string
}

interface Upload {
  readonly file: File
  /** Of an upload that broke off: with it, it goes on where it ended. */
  id: string | undefined
  gone: AbortController
}

let shown: readonly UploadState[] = []
let last = 0
let running = 0
const uploads = new Map<number, Upload>()
const listeners = new Set<() => void>()

/** Files sent at once; the parts of each go several at once too. */
const atOnce = 2

function change(key: number, part: Partial<UploadState>): void {
  shown = shown.map((state) => (state.key === key ? { ...state, ...part } : state))
  for (const listener of listeners) listener()
}

async function sendNext(onDone: () => void): Promise<void> {
  const next = shown.find(({ state }) => state === 'waiting')
  if (next === undefined || running >= atOnce) return
  const { key, path } = next
  const upload = uploads.get(key)!
  running++
  change(key, { state: 'sending' })
  try {
    await headgate.uploads.send(path, upload.file, {
      signal: upload.gone.signal,
      ...(upload.id !== undefined && { resume: upload.id }),
      onBegin: (id) => {
        upload.id = id
      },
      onProgress: ({ done }) => change(key, { done }),
    })
    change(key, { state: 'done', done: upload.file.size })
    onDone()
  } catch (thrown) {
    if (!upload.gone.signal.aborted) change(key, { state: 'broken', said: asProblem(thrown).detail })
  } finally {
    running--
    void sendNext(onDone)
  }
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Uploads of this tab. They go on while other pages are looked at. */
export function useUploads() {
  const client = useQueryClient()
  const states = useSyncExternalStore(subscribe, () => shown)
  const onDone = useCallback(() => void client.invalidateQueries({ queryKey: ['own'] }), [client])
  const send = (path: string, file: File) => {
    const key = ++last
    uploads.set(key, { file, id: undefined, gone: new AbortController() })
    shown = [...shown, { key, path, done: 0, total: file.size, state: 'waiting' }]
    for (const listener of listeners) listener()
    void sendNext(onDone)
  }
  const retry = (key: number) => {
    change(key, { state: 'waiting', said: '' })
    void sendNext(onDone)
  }
  const drop = (key: number) => {
    const upload = uploads.get(key)
    const state = shown.find((each) => each.key === key)?.state
    upload?.gone.abort()
    if (upload?.id !== undefined && state !== 'done') void headgate.uploads.abort(upload.id).catch(() => {})
    uploads.delete(key)
    shown = shown.filter((each) => each.key !== key)
    for (const listener of listeners) listener()
  }
  return { uploads: states, send, retry, drop }
}
