import { copyButton, element } from './dom.js'
import { showReply } from './reply.js'
import { buildRequest, curlLine } from './request.js'
import { resolve, sample } from './schema.js'

/** A form that really runs the operation, with the token that `token()` gives. */
export function tryIt(entry, schemas, token) {
  const { operation } = entry
  const id = operation.operationId
  const inputs = (operation.parameters ?? []).map((parameter) => parameterInput(id, parameter, schemas))
  const bodySchema = operation.requestBody?.content?.['application/json']?.schema
  const takesBytes = operation.requestBody?.content?.['*/*'] !== undefined
  const body =
    (bodySchema || takesBytes) &&
    element('textarea', {
      id: `${id}-body`,
      rows: 8,
      spellcheck: false,
      value: bodySchema ? JSON.stringify(sample(bodySchema, schemas), null, 2) : 'Some text to keep',
    })
  const line = element('code', {})
  const output = element('div', { class: 'reply', 'aria-live': 'polite' })
  const stop = element('button', { type: 'button', class: 'quiet', disabled: true }, 'Stop')
  const request = () =>
    buildRequest(entry, Object.fromEntries(inputs.map(({ key, input }) => [key, input.value])), body?.value)
  const redraw = () => {
    line.textContent = curlLine(location.origin, request(), token() && '$TOKEN').replace(
      /'(Authorization[^']*)'/,
      '"$1"',
    )
  }
  let running
  const run = async (event) => {
    event.preventDefault()
    running?.abort()
    running = new AbortController()
    stop.disabled = false
    await showReply(output, request(), token(), running.signal)
    stop.disabled = true
  }
  stop.addEventListener('click', () => running?.abort())
  const form = element(
    'form',
    { class: 'try', onsubmit: run, oninput: redraw, onfocusin: redraw },
    element('h4', {}, 'Try it'),
    inputs.map(({ field }) => field),
    body && element('div', { class: 'field' }, element('label', { for: body.id }, 'Body'), body),
    element('div', { class: 'actions' }, element('button', { type: 'submit' }, 'Run'), stop),
    element(
      'div',
      { class: 'curl' },
      element('pre', { tabIndex: 0, 'aria-label': 'The same with curl' }, line),
      copyButton('Copy, with the token', () => curlLine(location.origin, request(), token())),
    ),
    output,
  )
  redraw()
  return form
}

function parameterInput(operationId, { name, in: place, required, schema }, schemas) {
  const found = resolve(schema, schemas)
  const id = `${operationId}-${place}-${name}`
  const choices = found.enum ?? (found.type === 'boolean' ? ['true', 'false'] : undefined)
  const example = found.examples?.[0] ?? ''
  const input = choices
    ? element(
        'select',
        { id },
        ['', ...choices].map((choice) => element('option', { value: choice }, String(choice))),
      )
    : element('input', {
        id,
        type: 'text',
        autocomplete: 'off',
        spellcheck: false,
        required: required && place === 'path',
        placeholder: String(found.default ?? example),
        value: place === 'path' ? String(example) : name === 'If-Match' && required ? '*' : '',
      })
  const field = element('div', { class: 'field' }, element('label', { for: id }, name), input)
  return { key: `${place}:${name}`, input, field }
}
