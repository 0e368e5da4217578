import { type Run, UsageError } from '../command.ts'

export const setSecret: Run = async (context, [scope, key], options) => {
  if (scope !== 'user' && scope !== 'org') throw new UsageError('The scope is user or org.')
  const isPrinted = options.printCurl === true || options.printPython === true
  const value = isPrinted ? '…' : await context.readSecret(`${key}: `)
  if (value === '') throw new UsageError('There is no value on standard input.')
  await (await context.headgate()).secrets.put(scope, key!, value, { mask: options.mask !== false })
  context.note(`Kept: ${scope} ${key}`)
}
