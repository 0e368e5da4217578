import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface Settings {
  /** 0: any free one. */
  readonly port: number
  /** The absolute path of the data folder. */
  readonly data: string
  readonly demo: boolean
  /** The admin token to use in place of one of our making. */
  readonly token: string | undefined
  /** What connectors may dial besides public addresses, as rules in text. */
  readonly allow: string
  /** How long a line of the audit trail is kept, days. */
  readonly auditDays: number
  /** Every failure is logged, not only our own. */
  readonly verbose: boolean
}

/** What is wrong with how the program was started, told to the person who started it. */
export class BadStart extends Error {
  override readonly name = 'BadStart'
}

export const help = `Headgate on this machine.

  npm start                      start, with the demo
  npm start -- --port 8000       on another port           (HEADGATE_PORT, default 7420; 0: any free one)
  npm start -- --data folder     with another data folder  (HEADGATE_DATA, default .headgate)
  npm start -- --no-demo         without the demo          (HEADGATE_DEMO=off)
  npm start -- --verbose         log every failure as one JSON line on standard error
  npm start -- --help            this text

  HEADGATE_TOKEN   the administrator's token, 16 or more visible ASCII characters (default: made at the first start)
  HEADGATE_ALLOW   what connectors may dial besides public addresses: db.internal:5432, 10.0.0.0/8:5432, localhost:8080
  HEADGATE_AUDIT_DAYS  how long the audit trail is kept, days (default 365)

Ctrl-C ends it and everything it started. The data folder is kept.
`

/** The settings of this start: a flag wins over the environment. Undefined where help is asked for. Throws BadStart. */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): Settings | undefined {
  const { port, data, demo, verbose, help } = readFlags(args)
  if (help) return undefined
  return {
    port: readPort(port ?? env.HEADGATE_PORT ?? '7420', port === undefined ? 'HEADGATE_PORT' : '--port'),
    data: readFolder(data ?? env.HEADGATE_DATA ?? '.headgate', data === undefined ? 'HEADGATE_DATA' : '--data'),
    demo: (demo ?? true) && readSwitch(env.HEADGATE_DEMO),
    token: readToken(env.HEADGATE_TOKEN),
    allow: env.HEADGATE_ALLOW ?? '',
    auditDays: readDays(env.HEADGATE_AUDIT_DAYS ?? '365'),
    verbose: verbose ?? false,
  }
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        demo: { type: 'boolean' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.split('. ')[0]! : String(cause)
    throw new BadStart(`${said}.\nnpm start -- --help tells what there is.`, { cause })
  }
}

function readPort(text: string, name: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new BadStart(`${name} is ${JSON.stringify(text)}: it must be a port number, 0 to 65535.`)
}

function readDays(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new BadStart(`HEADGATE_AUDIT_DAYS is ${JSON.stringify(text)}: it must be a number of days, 1 to 9999.`)
}

function readFolder(text: string, name: string): string {
  if (text.trim() !== '') return resolve(text)
  throw new BadStart(`${name} is empty: it must be the path of a folder.`)
}

function readSwitch(text: string | undefined): boolean {
  if (text === undefined || /^(on|true|1)$/i.test(text)) return true
  if (/^(off|false|0)$/i.test(text)) return false
  throw new BadStart(`HEADGATE_DEMO is ${JSON.stringify(text)}: it must be on or off.`)
}

/** A token goes into a header as one word. Its text is in no message. */
function readToken(text: string | undefined): string | undefined {
  if (text === undefined || /^[\x21-\x7e]{16,512}$/.test(text)) return text
  throw new BadStart('HEADGATE_TOKEN must be 16 to 512 visible ASCII characters, without spaces.')
}
