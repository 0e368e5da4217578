import { useEffect, useState } from 'react'
import { asProblem, type ShownProblem } from '../api/problem.ts'
import { formatBytes } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Loading } from '../ui/states.tsx'
import type { FileView } from './file-type.ts'

export interface BytesPreviewProps {
  readonly view: FileView
  /** The media type that the bytes are shown as, whatever they call themselves. */
  readonly type: string
  readonly name: string
  readonly size: number | null
  /** The bytes, or those of a `Range` header. */
  readonly open: (range: string | undefined, signal: AbortSignal) => Promise<Response>
}

/** Bytes of text shown at first, and the most that is taken of what can only be shown whole. */
const firstText = 256 * 1024
const mostWhole = 64 * 1024 * 1024

/** What is in a file, as text or as a picture: it is never a page of ours, whatever it holds. */
export function BytesPreview(props: BytesPreviewProps) {
  const { view, size } = props
  if (view === 'text' || view === 'bytes') return <TextPreview {...props} />
  if (size !== null && size > mostWhole)
    return <p className="notice">It is larger than {formatBytes(mostWhole)}: download it to look at it.</p>
  return <WholePreview {...props} />
}

function TextPreview({ view, name, size, open }: BytesPreviewProps) {
  const [wanted, setWanted] = useState(view === 'bytes' ? 4096 : firstText)
  const [bytes, setBytes] = useState<Uint8Array>()
  const [problem, setProblem] = useState<ShownProblem>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `open` is of the file that the component is keyed by
  useEffect(() => {
    const gone = new AbortController()
    readFirst(open, wanted, size, /\.gz$/i.test(name), gone.signal).then(setBytes, (thrown: unknown) => {
      if (!gone.signal.aborted) setProblem(asProblem(thrown))
    })
    return () => gone.abort()
  }, [wanted, size, name])
  if (problem) return <ProblemCard problem={problem} />
  if (bytes === undefined) return <Loading rows={12} />
  const isText = !bytes.includes(0)
  return (
    <>
      <pre className="file-text" tabIndex={0} role="region" aria-label={`Contents of ${name}`}>
        {isText ? new TextDecoder().decode(bytes) : hex(bytes.subarray(0, 4096))}
      </pre>
      {isText && bytes.length >= wanted && (
        <div className="row-actions">
          <Button onPress={() => setWanted(wanted * 4)}>Show more</Button>
          <span className="quiet">
            The first {formatBytes(wanted)}
            {size !== null && ` of ${formatBytes(size)}`}
          </span>
        </div>
      )}
    </>
  )
}

/** The first bytes, undone of gzip; no more of the file is asked for than that takes. */
async function readFirst(
  open: BytesPreviewProps['open'],
  wanted: number,
  size: number | null,
  isGzip: boolean,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (size === 0) return new Uint8Array()
  const response = await open(`bytes=0-${wanted - 1}`, signal)
  const body = response.body!
  const stream = isGzip ? body.pipeThrough(new DecompressionStream('gzip') as never) : body
  const reader = (stream as ReadableStream<Uint8Array>).getReader()
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    while (length < wanted) {
      const { done, value } = await reader.read()
      if (done) break
      pieces.push(value)
      length += value.length
    }
  } catch (thrown) {
    // A range of a gzip file ends in the middle: what came before is good.
    if (!isGzip || length === 0) throw thrown
  }
  await reader.cancel().catch(() => {})
  const bytes = new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer())
  return bytes.subarray(0, wanted)
}

function hex(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const digits = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const letters = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('')
    lines.push(`${at.toString(16).padStart(8, '0')}  ${digits.padEnd(47)}  ${letters}`)
  }
  return lines.join('\n')
}

function WholePreview({ view, type, name, open }: BytesPreviewProps) {
  const [url, setUrl] = useState<string>()
  const [problem, setProblem] = useState<ShownProblem>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `open` is of the file that the component is keyed by
  useEffect(() => {
    const gone = new AbortController()
    let made: string | undefined
    open(undefined, gone.signal)
      .then(async (response) => {
        made = URL.createObjectURL(new Blob([await response.arrayBuffer()], { type }))
        if (gone.signal.aborted) URL.revokeObjectURL(made)
        else setUrl(made)
      })
      .catch((thrown: unknown) => {
        if (!gone.signal.aborted) setProblem(asProblem(thrown))
      })
    return () => {
      gone.abort()
      if (made) URL.revokeObjectURL(made)
    }
  }, [type])
  if (problem) return <ProblemCard problem={problem} />
  if (url === undefined) return <Loading rows={8} />
  if (view === 'image') return <img className="file-image" src={url} alt={name} />
  // biome-ignore lint/a11y/useMediaCaption: the file is all there is
  if (view === 'audio') return <audio controls src={url} aria-label={name} />
  // biome-ignore lint/a11y/useMediaCaption: the file is all there is
  if (view === 'video') return <video className="file-image" controls src={url} aria-label={name} />
  return <iframe className="file-frame" src={url} title={name} />
}
