/** What goes wrong with one request: refused before it is done, or done and then not answered. */
export type Trouble =
  | { readonly when: 'before'; readonly error: Error }
  | { readonly when: 'after'; readonly error: Error }
  | undefined

/** The middleware of any SDK client, as far as it is used here. */
interface Injectable {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<unknown>,
        context: { readonly commandName?: string },
      ) => (args: never) => Promise<unknown>,
      options: { readonly step: 'deserialize'; readonly priority: 'high'; readonly name: string },
    ): void
  }
}

/** Makes requests fail as told, each try of the SDK anew. `command` is `PutObjectCommand`, `n` counts its tries from 1. */
export function injectFaults(client: unknown, trouble: (command: string, n: number) => Trouble): void {
  const counts = new Map<string, number>()
  const { middlewareStack } = client as Injectable
  middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const n = (counts.get(commandName) ?? 0) + 1
        counts.set(commandName, n)
        const found = trouble(commandName, n)
        if (found?.when === 'before') throw found.error
        const reply = await next(args)
        if (found?.when === 'after') throw found.error
        return reply
      },
    { step: 'deserialize', priority: 'high', name: 'injectFaults' },
  )
}

/** An error as a service of AWS answers it. */
export const serviceError = (name: string, status: number, more: object = {}): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status }, $fault: 'client', ...more })

/** The error of a connection that broke. */
export const brokenConnection = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })

/** The port with its n-th call failing: before it is done, or when it is done and nobody can know. */
export function failingAt<Port extends object>(port: Port, n: number, when: 'before' | 'after', error: Error): Port {
  let calls = 0
  return new Proxy(port, {
    get(target, name) {
      const member = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        const isTheOne = ++calls === n
        if (isTheOne && when === 'before') throw error
        const result = await member.apply(target, args)
        if (isTheOne) throw error
        return result
      }
    },
  })
}

/** Numbers of [0, 1) that are the same in every run: mulberry32. */
export function seededRandom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
