import { element, withCode } from './dom.js'
import { resolve, typeText } from './schema.js'

/** What an operation takes and gives, as the document says it. */
export function describeOperation({ operation }, schemas) {
  const body = operation.requestBody?.content?.['application/json']?.schema
  const failures = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400)
  return [
    element('p', { class: 'role' }, roleText(operation['x-role'])),
    parameterTable(operation.parameters ?? []),
    body && section('Body', schemaView(body, schemas)),
    ...successes(operation, schemas),
    section(
      'Failures',
      element(
        'ul',
        { class: 'failures' },
        failures.map(([status, { description }]) => element('li', {}, `${status}  `, ...failureText(description))),
      ),
    ),
  ]
}

const roleText = (role) => (role === 'anyone' ? 'Anyone may call it, without a token.' : `Needs the role ${role}.`)

const section = (title, ...children) => element('section', {}, element('h4', {}, title), ...children)

function parameterTable(parameters) {
  if (parameters.length === 0) return null
  const row = ({ name, in: place, required, description, schema }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, element('code', {}, name), required ? ' *' : ''),
      element('td', {}, place),
      element('td', {}, element('code', {}, typeText(schema))),
      element('td', {}, ...withCode(description ?? schema?.description)),
    )
  const head = ['Name', 'In', 'Type', ''].map((text) => element('th', { scope: 'col' }, text))
  const table = element(
    'table',
    {},
    element('thead', {}, element('tr', {}, head)),
    element('tbody', {}, parameters.map(row)),
  )
  return section('Parameters', element('div', { class: 'wide', tabIndex: 0 }, table))
}

function successes({ responses }, schemas) {
  return Object.entries(responses)
    .filter(([status]) => Number(status) < 400)
    .map(([status, { content }]) => {
      const types = Object.keys(content ?? {})
      const schema = content?.['application/json']?.schema
      return section(
        `Reply ${status}`,
        element('p', {}, types.length === 0 ? 'No body.' : element('code', {}, types.join('   '))),
        schema && schemaView(schema, schemas),
      )
    })
}

/** A line a member; what is named elsewhere opens in place. */
function schemaView(schema, schemas, depth = 0) {
  const found = resolve(schema, schemas)
  const members = Object.entries(found.properties ?? {})
  if (members.length === 0) {
    const inner = found.items ?? found.anyOf?.find((choice) => choice.properties || choice.$ref)
    if (inner && depth < 6)
      return element('div', {}, element('code', {}, typeText(found)), nested(inner, schemas, depth))
    return element('p', {}, element('code', {}, typeText(schema)), ' ', ...withCode(found.description))
  }
  return element(
    'ul',
    { class: 'schema' },
    members.map(([name, member]) =>
      element(
        'li',
        {},
        element('code', { class: 'name' }, name),
        found.required?.includes(name) ? ' ' : '? ',
        element('code', {}, typeText(member)),
        ' ',
        ...withCode(member.description ?? resolve(member, schemas).description),
        nested(member.items ?? member, schemas, depth),
      ),
    ),
  )
}

function nested(schema, schemas, depth) {
  const target = schema.anyOf?.find((choice) => choice.$ref || choice.properties) ?? schema
  const inner = resolve(target, schemas)
  if (!inner.properties || depth > 5) return null
  const details = element('details', {}, element('summary', {}, typeText(target)))
  details.addEventListener('toggle', () => details.append(schemaView(target, schemas, depth + 1)), { once: true })
  return details
}

/** `code`: title; … with each code leading to its heading. */
const failureText = (description) =>
  description.split('; ').flatMap((text, i) => {
    const [, code, title] = /^`([a-z-]+)`: (.*)$/.exec(text) ?? []
    const shown = code
      ? [element('a', { href: `/docs/problems#${code}` }, element('code', {}, code)), ` ${title}`]
      : [text]
    return i === 0 ? shown : ['; ', ...shown]
  })
