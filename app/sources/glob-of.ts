/** As long as a pattern may be. */
const longest = 1024

/** A pattern of exactly these keys of one folder; where that gets too long, of all that end like them. */
export function globOf(folder: string, keys: readonly string[], all: readonly string[]): string {
  const names = keys.map((key) => key.slice(folder.length))
  const ending = commonEnding(names)
  const alike = all.filter((key) => key.endsWith(ending))
  const general = `${plain(folder)}*${plain(ending)}`
  if (ending !== '' && alike.length === keys.length) return general
  const exact = `${plain(folder)}{${names.map(plain).join(',')}}`
  return exact.length <= longest ? exact : general
}

/** `.csv`, where every name has it. */
function commonEnding(names: readonly string[]): string {
  const [ending = ''] = /(\.\w{1,8}){1,2}$/.exec(names[0] ?? '') ?? []
  return names.every((name) => name.endsWith(ending)) ? ending : ''
}

/** Without the meaning that a pattern gives to some characters. */
const plain = (text: string): string => text.replace(/[*?[\]{}\\,]/g, '\\$&')
