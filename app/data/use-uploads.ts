import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { fingerprintOf, type KeptUpload, keptUploads } from './kept-uploads.ts'

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

/** Smaller files go whole: there is nothing to go on from. */
const wholeUpTo = 4 << 20

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
    await sendFile(path, upload, (done) => change(key, { done }))
    change(key, { state: 'done', done: upload.file.size })
    onDone()
  } catch (thrown) {
    const { code, detail } = asProblem(thrown)
    // The server has given it up meanwhile: then it begins anew.
    if (code === 'not-found' && upload.id !== undefined) {
      keptUploads.forget(upload.id)
      upload.id = undefined
    }
    if (!upload.gone.signal.aborted) change(key, { state: 'broken', said: detail })
  } finally {
    running--
    void sendNext(onDone)
  }
}

async function sendFile(path: string, upload: Upload, onProgress: (done: number) => void): Promise<void> {
  const { file, gone } = upload
  const fingerprint = file.size > wholeUpTo ? await fingerprintOf(file) : undefined
  const before = keptUploads.all().find((each) => each.path === path && each.fingerprint === fingerprint)
  upload.id ??= before?.id
  await headgate.uploads.send(path, file, {
    signal: gone.signal,
    wholeUpTo,
    ...(upload.id !== undefined && { resume: upload.id }),
    onBegin: (id) => {
      upload.id = id
      if (fingerprint !== undefined) keptUploads.keep({ id, path, size: file.size, fingerprint })
    },
    onProgress: ({ done }) => onProgress(done),
  })
  if (upload.id !== undefined) keptUploads.forget(upload.id)
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Uploads of this tab. They go on while other pages are looked at. */
export function useUploads() {
  const client = useQueryClient()
  const states = useSyncExternalStore(subscribe, () => shown)
  const kept = useSyncExternalStore(keptUploads.subscribe, keptUploads.all)
  const brokenOff = kept.filter(({ path }) => !states.some((state) => state.path === path && state.state !== 'done'))
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
    if (upload?.id !== undefined && state !== 'done') giveUp(upload.id)
    uploads.delete(key)
    shown = shown.filter((each) => each.key !== key)
    for (const listener of listeners) listener()
  }
  return { uploads: states, brokenOff, send, retry, drop }
}

/** Lets the parts that arrived go. */
export function giveUp(id: string): void {
  keptUploads.forget(id)
  void headgate.uploads.abort(id).catch(() => {})
}

/** Why this is not the file of an upload that broke off; undefined where it is. */
export async function whyNot({ path, fingerprint }: KeptUpload, file: File): Promise<string | undefined> {
  return (await fingerprintOf(file)) === fingerprint ? undefined : `${file.name} is not the file that went to ${path}.`
}
