type Line = Readonly<Record<string, unknown>>

/** Whether CloudWatch Logs counts a line of JSON by a filter: comparisons of one field each, joined by `&&` or `||`. */
export function matchesLine(pattern: string, line: object): boolean {
  const inner = /^\{ (.*) \}$/s.exec(pattern)?.[1]
  if (inner === undefined) throw new Error(`No filter of JSON: ${pattern}`)
  const parts = inner.split(/ (?:&&|\|\|) /).map((part) => part.replace(/^\(|\)$/g, ''))
  const holds = (part: string) => compares(part, line as Line)
  return inner.includes(' || ') ? parts.some(holds) : parts.every(holds)
}

function compares(part: string, line: Line): boolean {
  const [, path, operator, text, number] = /^\$\.([\w.]+) (=|!=|>) (?:"([^"]*)"|(\d+))$/.exec(part) ?? []
  if (path === undefined) throw new Error(`No comparison: ${part}`)
  const value = path.split('.').reduce<unknown>((at, name) => (at as Line | undefined)?.[name], line)
  if (operator === '>') return Number(value) > Number(number)
  return (value === (text ?? Number(number))) === (operator === '=')
}
