/** What logs keep of a thrown value and its causes: names, codes and places. No message, for it may hold a secret. */
export interface ErrorShape {
  readonly name: string
  readonly code?: string
  readonly at?: readonly string[]
  readonly cause?: ErrorShape
}

const deepest = 6
const mostFrames = 12

export function describeError(thrown: unknown, depth = 1): ErrorShape {
  if (!(thrown instanceof Error)) return { name: thrown === null ? 'null' : typeof thrown }
  const code = 'code' in thrown ? word(thrown.code) : undefined
  const at = frames(thrown)
  return {
    name: word(thrown.name) ?? 'Error',
    ...(code !== undefined && { code }),
    ...(at.length > 0 && { at }),
    ...(thrown.cause !== undefined && depth < deepest && { cause: describeError(thrown.cause, depth + 1) }),
  }
}

/** Names and codes are single words; anything else may be a message in disguise. */
const word = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(value) ? value : undefined

/** A stack begins with the message, which may hold lines that look like frames: it is cut off first. */
function frames({ stack, message }: Error): string[] {
  const end = stack?.indexOf(message) ?? -1
  if (stack === undefined || end < 0) return []
  return stack
    .slice(end + message.length)
    .split('\n')
    .filter((line) => /^ {4}at [^"'`]{1,300}:\d+:\d+\)?$/.test(line))
    .slice(0, mostFrames)
    .map((line) => line.slice('    at '.length))
}
