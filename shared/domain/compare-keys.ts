/** Orders keys as every list of them does: by their UTF-8 bytes. */
export const compareKeys = (a: string, b: string): number => {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return weight(left) - weight(right)
  }
  return a.length - b.length
}

/** UTF-16 puts surrogates, of characters past U+FFFF, before U+E000 to U+FFFF; UTF-8 puts them after. */
const weight = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit)
