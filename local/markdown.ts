/**
 * The few forms of Markdown that our documents use, as HTML: headings with anchors, paragraphs, lists, tables, code,
 * emphasis and links. Everything else is text, and every text is escaped.
 */
export function renderMarkdown(markdown: string): string {
  return blocksOf(markdown.replaceAll('\r\n', '\n')).map(renderBlock).join('\n')
}

function blocksOf(markdown: string): readonly string[] {
  const blocks: string[] = []
  let isOpen = false
  let isCode = false
  for (const line of markdown.split('\n')) {
    const isFence = line.startsWith('```')
    if (!isCode && (line.trim() === '' || line.startsWith('#'))) isOpen = false
    if (isCode || line.trim() !== '') {
      if (isOpen) blocks.push(`${blocks.pop()}\n${line}`)
      else blocks.push(line)
      isOpen = !line.startsWith('#') || isCode
    }
    if (isFence) isCode = !isCode
    if (isFence && !isCode) isOpen = false
  }
  return blocks
}

function renderBlock(block: string): string {
  const heading = /^(#{1,6}) +(.*)$/.exec(block)
  if (heading) {
    const level = heading[1]!.length
    return `<h${level} id="${anchor(heading[2]!)}">${inline(heading[2]!)}</h${level}>`
  }
  if (block.startsWith('```'))
    return `<pre tabindex="0"><code>${escapeHtml(block.split('\n').slice(1, -1).join('\n'))}</code></pre>`
  const lines = block.split('\n')
  if (lines[0]!.startsWith('|') && /^\|[\s:|-]+\|$/.test(lines[1] ?? '')) return table(lines)
  if (/^[-*] /.test(block)) return `<ul>${items(block, /^[-*] +/)}</ul>`
  const first = /^(\d{1,9})\. /.exec(block)?.[1]
  if (first !== undefined) return `<ol start="${first}">${items(block, /^\d+\. +/)}</ol>`
  return `<p>${inline(block)}</p>`
}

/** As GitHub makes them. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

/** A line that begins like an item is one; others go on with the one before. */
function items(block: string, begin: RegExp): string {
  const found: string[] = []
  for (const line of block.split('\n'))
    if (begin.test(line)) found.push(line.replace(begin, ''))
    else found.push(`${found.pop()} ${line.trim()}`)
  return found.map((item) => `<li>${inline(item)}</li>`).join('')
}

function table([head, , ...rows]: readonly string[]): string {
  const cells = (line: string, tag: string) =>
    line
      .replace(/^\||\|$/g, '')
      .split(/(?<!\\)\|/)
      .map((cell) => `<${tag}>${inline(cell.trim().replaceAll('\\|', '|'))}</${tag}>`)
      .join('')
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('')
  return `<div class="wide" tabindex="0"><table><thead><tr>${cells(head!, 'th')}</tr></thead><tbody>${body}</tbody></table></div>`
}

const inline = (text: string): string =>
  text
    .split('`')
    .map((part, i) => (i % 2 === 1 ? `<code>${escapeHtml(part)}</code>` : marks(escapeHtml(part))))
    .join('')

const marks = (html: string): string =>
  html
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\[([^\]]+)\]\(((?:https?:\/\/|\/|#)[^)\s"']*)\)/g, '<a href="$2">$1</a>')

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
