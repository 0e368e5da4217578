import { type Run, text, texts, UsageError } from '../command.ts'
import { writeItem } from '../output.ts'

export const setSecret: Run = async (context, [scope, key], options) => {
  if (scope !== 'user' && scope !== 'org') throw new UsageError('The scope is user or org.')
  const isPrinted = options.printCurl === true || options.printPython === true
  const value = isPrinted ? '…' : await context.readSecret(`${key}: `)
  if (value === '') throw new UsageError('There is no value on standard input.')
  await (await context.headgate()).secrets.put(scope, key!, value, { mask: options.mask !== false })
  context.note(`Kept: ${scope} ${key}`)
}

export const createWebhook: Run = async (context, [url], options) => {
  const isPrinted = options.printCurl === true || options.printPython === true
  const secret = isPrinted ? '…' : await context.readSecret('Secret: ')
  const [events, datasources] = [texts(options, 'event'), texts(options, 'datasource')]
  const body = {
    url: url!,
    secret,
    ...(text(options, 'title') !== undefined && { title: text(options, 'title')! }),
    ...(events.length > 0 && { events: events as never }),
    ...(datasources.length > 0 && { datasources: datasources as never }),
  }
  await writeItem(context.output, await (await context.headgate()).webhooks.create(body))
}
