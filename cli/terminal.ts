import { styleText } from 'node:util'

/** What is known of where the output goes. */
export interface Terminal {
  /** Standard output is read by a person. */
  readonly isOut: boolean
  /** Standard error can draw over itself. */
  readonly drawsErr: boolean
  /** Somebody can be asked. */
  readonly asks: boolean
  readonly columns: number
  style(how: Parameters<typeof styleText>[0], text: string): string
}

export function readTerminal(env = process.env): Terminal {
  const isDumb = env.TERM === 'dumb'
  const isOut = process.stdout.isTTY === true
  const isErr = process.stderr.isTTY === true
  const isPlain = isDumb || (env.NO_COLOR ?? '') !== '' || !isOut
  return {
    isOut,
    drawsErr: isErr && !isDumb,
    asks: process.stdin.isTTY === true && isErr,
    columns: process.stdout.columns || 100,
    style: (how, text) => (isPlain ? text : styleText(how, text, { validateStream: false })),
  }
}

/** Text of others as a terminal may be shown it: what would move the cursor or change colours becomes visible. */
export const harmless = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (c) =>
    c === '\n' ? '⏎' : c === '\t' ? ' ' : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const noWidth = /\p{M}|[\u200b-\u200f]|[\ufe00-\ufe0f]/u

/** How many cells of a terminal a text takes. */
export const widthOf = (text: string): number => {
  let width = 0
  for (const c of text) width += noWidth.test(c) ? 0 : wide.test(c) ? 2 : 1
  return width
}

/** A text cut to so many cells. */
export function cut(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text
  let kept = ''
  let width = 1
  for (const c of text) {
    width += widthOf(c)
    if (width > cells) break
    kept += c
  }
  return `${kept}…`
}
