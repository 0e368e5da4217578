import { element } from './dom.js'

/** Shown at most, bytes of a text and of a file. */
const mostText = 512 * 1024
const mostFile = 64 * 1024 * 1024

/** Runs a request and shows what came: status, time, headers, the body, and of a problem what to do. */
export async function showReply(output, { method, target, headers, body }, token, signal) {
  const began = performance.now()
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(2)} s`
  output.replaceChildren(element('p', {}, 'Waiting …'))
  try {
    const all = token ? { ...headers, Authorization: `Bearer ${token}` } : headers
    const response = await fetch(target, { method, headers: all, body, signal, cache: 'no-store' })
    const type = response.headers.get('content-type') ?? ''
    const isText = /json|text|csv|yaml|xml/.test(type)
    const { bytes, isWhole } = await read(response, isText ? mostText : mostFile)
    const size = `${bytes.length.toLocaleString('en')} bytes${isWhole ? '' : ' and more (curl gives all)'}`
    const status = element(
      'strong',
      { class: response.ok ? 'good' : 'bad' },
      `${response.status} ${response.statusText}`,
    )
    output.replaceChildren(
      element('p', {}, status, `  ${seconds()}, ${size}`),
      ...problemView(type, bytes),
      headersView(response.headers),
      isText
        ? element('pre', { tabIndex: 0, 'aria-label': 'Body' }, pretty(type, bytes, isWhole))
        : fileView(response, bytes, isWhole),
    )
  } catch (thrown) {
    const text = signal.aborted ? `Stopped after ${seconds()}.` : `The connection broke off: ${thrown.message}`
    output.replaceChildren(element('p', { role: 'alert', class: 'bad' }, text))
  }
}

async function read(response, most) {
  const chunks = []
  let length = 0
  for await (const chunk of chunksOf(response)) {
    chunks.push(chunk)
    length += chunk.length
    if (length > most) return { bytes: await joined(chunks), isWhole: false }
  }
  return { bytes: await joined(chunks), isWhole: true }
}

/** Not every browser iterates a stream. Leaving the loop cancels the reply. */
async function* chunksOf({ body }) {
  const reader = body?.getReader()
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true }
      if (done) return
      yield value
    }
  } finally {
    await reader?.cancel().catch(() => {})
  }
}

const joined = async (chunks) => new Uint8Array(await new Blob(chunks).arrayBuffer())

function pretty(type, bytes, isWhole) {
  const text = new TextDecoder().decode(bytes)
  if (!isWhole || !/^application\/(problem\+)?json/.test(type)) return text
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function problemView(type, bytes) {
  if (!type.startsWith('application/problem+json')) return []
  const { type: link, title, detail, hint, errors } = JSON.parse(new TextDecoder().decode(bytes))
  return [
    element(
      'div',
      { class: 'problem', role: 'alert' },
      element('p', {}, element('a', { href: link }, title), `: ${detail}`),
      hint && element('p', {}, element('strong', {}, 'What to do: '), hint),
      errors.length > 0 &&
        element(
          'ul',
          {},
          errors.map(({ pointer, detail }) => element('li', {}, element('code', {}, pointer), ` ${detail}`)),
        ),
    ),
  ]
}

const headersView = (headers) =>
  element(
    'details',
    {},
    element('summary', {}, 'Headers'),
    element('pre', { tabIndex: 0 }, [...headers].map(([name, value]) => `${name}: ${value}`).join('\n')),
  )

function fileView(response, bytes, isWhole) {
  if (bytes.length === 0) return element('p', {}, 'No body.')
  if (!isWhole) return element('p', {}, 'Too large to keep in this page: use curl with -o.')
  const named = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  const link = element('a', { download: named ?? 'reply.bin' }, `Save ${named ?? 'the file'}`)
  link.href = URL.createObjectURL(new Blob([bytes]))
  return element('p', {}, link)
}
