/** Names that differ: a repeated one gets `_2`, `_3`, … behind it, past any name that is there already. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set(names)
  const seen = new Set<string>()
  return names.map((name) => {
    let distinct = name
    if (seen.has(name)) {
      let count = 2
      while (taken.has(`${name}_${count}`)) count++
      distinct = `${name}_${count}`
      taken.add(distinct)
    }
    seen.add(distinct)
    return distinct
  })
}
