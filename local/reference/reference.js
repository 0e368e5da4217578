import { describeOperation } from './describe.js'
import { element } from './dom.js'
import { keepToken, takeToken } from './request.js'
import { tryIt } from './try-it.js'

const byId = (id) => document.getElementById(id)

let token = takeToken(window)

const api = await (await fetch('/v1/openapi.json')).json()
const schemas = api.components?.schemas ?? {}
const entries = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

byId('about').textContent = `${api.info.title} ${api.info.version}. `
byId('about').append(
  element('a', { href: '/v1/openapi.json' }, 'openapi.json'),
  ' · ',
  element('a', { href: '/docs/problems' }, 'problems'),
)
byId('operations').replaceChildren(...api.tags.map(({ name }) => tagView(name)))
byId('index').replaceChildren(...api.tags.map(({ name }) => tagIndex(name)))

byId('search').addEventListener('input', ({ target }) => {
  const words = target.value.toLowerCase().split(/\s+/)
  for (const shown of document.querySelectorAll('[data-text]'))
    shown.hidden = !words.every((word) => shown.dataset.text.includes(word))
})
byId('sign-in').addEventListener('submit', (event) => {
  event.preventDefault()
  signIn(byId('token').value.trim() || token)
})
byId('sign-out').addEventListener('click', () => signIn(undefined))
addEventListener('hashchange', () => {
  const fresh = takeToken(window)
  if (fresh !== token) signIn(fresh)
  else openNamed()
})

openNamed()
await signIn(token)

/** Takes the token up, or drops it, and says who that is. */
async function signIn(fresh) {
  token = fresh
  keepToken(window, fresh)
  byId('token').value = ''
  byId('sign-out').hidden = !fresh
  byId('who').textContent = fresh ? await whoIs(fresh) : 'Not signed in. `npm start` prints a link that signs you in.'
}

async function whoIs(fresh) {
  const response = await fetch('/v1/me', { headers: { Authorization: `Bearer ${fresh}` } })
  const { id, role, detail } = await response.json()
  return response.ok ? `Signed in as ${id} (${role}).` : detail
}

function textOf({ path, method, operation }) {
  return `${method} ${path} ${operation.operationId} ${operation.summary}`.toLowerCase()
}

function tagView(tag) {
  const shown = entries.filter(({ operation }) => operation.tags.includes(tag))
  return element('section', { class: 'tag' }, element('h2', {}, tag), shown.map(operationView))
}

function tagIndex(tag) {
  const items = entries
    .filter(({ operation }) => operation.tags.includes(tag))
    .map((entry) => {
      const item = element('li', {}, element('a', { href: `#${entry.operation.operationId}` }, entry.operation.summary))
      item.dataset.text = textOf(entry)
      return item
    })
  return element('section', {}, element('h2', {}, tag), element('ul', {}, items))
}

function operationView(entry) {
  const { path, method, operation } = entry
  const details = element(
    'details',
    { class: 'operation', id: operation.operationId },
    element(
      'summary',
      {},
      element('span', { class: `method ${method}` }, method.toUpperCase()),
      ' ',
      element('code', {}, path),
      ' ',
      element('span', { class: 'summary' }, operation.summary),
    ),
  )
  details.dataset.text = textOf(entry)
  details.addEventListener(
    'toggle',
    () =>
      details.append(
        tryIt(entry, schemas, () => token),
        ...describeOperation(entry, schemas).filter(Boolean),
      ),
    { once: true },
  )
  return details
}

/** What is inside an operation is made when it is first opened. */
function fill(details, entry) {
  if (details.children.length > 1) return
  details.append(
    tryIt(entry, schemas, () => token),
    ...describeOperation(entry, schemas).filter(Boolean),
  )
}

/** Opens the operation that the fragment names. */
function openNamed() {
  const name = decodeURIComponent(location.hash.slice(1))
  const entry = entries.find(({ operation }) => operation.operationId === name)
  if (entry === undefined) return
  const named = byId(name)
  fill(named, entry)
  named.open = true
  named.scrollIntoView()
  named.querySelector('summary').focus()
}
