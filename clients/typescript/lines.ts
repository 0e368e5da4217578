/** The values of NDJSON, in the groups that the bytes arrived in. Memory holds one piece and one line. */
export async function* readLines<T>(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<T[]> {
  const utf8 = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const text = rest + utf8.decode(chunk, { stream: true })
    const end = text.lastIndexOf('\n') + 1
    rest = text.slice(end)
    if (end > 0) yield parse(text.slice(0, end))
  }
  rest += utf8.decode()
  if (rest.trim()) yield parse(rest)
}

const parse = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => JSON.parse(line))
