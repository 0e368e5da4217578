import type { Terminal } from './terminal.ts'

/** One line on standard error that is drawn over, where that is a terminal and nobody asked for quiet. */
export interface ProgressLine {
  show(text: string, share?: number): void
  /** Wipes it. */
  end(): void
}

const frequencyMs = 80
const cells = 24

export function openProgress({ drawsErr }: Terminal, isQuiet: boolean): ProgressLine {
  let last = 0
  let isShown = false
  return {
    show(text, share) {
      if (!drawsErr || isQuiet || (Date.now() - last < frequencyMs && share !== 1)) return
      last = Date.now()
      isShown = true
      const columns = (process.stderr.columns || 80) - 1
      process.stderr.write(`\r\u001b[K${(share === undefined ? text : `${bar(share)} ${text}`).slice(0, columns)}`)
    },
    end() {
      if (isShown) process.stderr.write('\r\u001b[K')
      isShown = false
    },
  }
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * cells)
  return `${'█'.repeat(full)}${'░'.repeat(cells - full)} ${Math.floor(share * 100)} %`
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const scaled = bytes / 1000 ** power
  return `${power === 0 ? scaled : scaled.toFixed(scaled < 10 ? 1 : 0)} ${units[power]}`
}
