/** How a file can be shown, told by its name. `rows`: the server reads a table out of it. */
export type FileView = 'rows' | 'text' | 'image' | 'pdf' | 'audio' | 'video' | 'bytes'

const rows = /\.(csv|tsv|ndjson|jsonl|parquet)(\.(gz|zst|zstd))?$/i
const text =
  /\.(txt|md|log|json|geojson|xml|html?|svg|ya?ml|toml|ini|cfg|conf|env|sql|py|r|js|mjs|ts|tsx|css|sh|c|h|cpp|java|go|rs|ipynb|tex|bib|rst)(\.gz)?$/i
const images: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
}
const sounds: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
}
const films: Readonly<Record<string, string>> = { mp4: 'video/mp4', webm: 'video/webm' }

/** How a file is shown, and the media type that its bytes are shown as: never one that can hold a script. */
export function fileView(path: string): { readonly view: FileView; readonly type: string } {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
  if (rows.test(path)) return { view: 'rows', type: '' }
  if (images[ending]) return { view: 'image', type: images[ending] }
  if (ending === 'pdf') return { view: 'pdf', type: 'application/pdf' }
  if (sounds[ending]) return { view: 'audio', type: sounds[ending] }
  if (films[ending]) return { view: 'video', type: films[ending] }
  return { view: text.test(path) || ending === '' ? 'text' : 'bytes', type: 'text/plain' }
}
