/**
 * The request that a filled form means. `values` has what was typed by `place:name`; what is left empty is not sent,
 * but for the parts of the path.
 */
export function buildRequest({ method, path, operation }, values, body) {
  const given = (place, name) => values[`${place}:${name}`] ?? ''
  const query = new URLSearchParams()
  const headers = {}
  let filled = path
  for (const { in: place, name } of operation.parameters ?? []) {
    const value = given(place, name)
    if (place === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(value))
    else if (value === '') continue
    else if (place === 'query') query.append(name, value)
    else headers[name] = value
  }
  const text = body?.trim()
  if (text) headers['Content-Type'] = 'application/json'
  const search = query.toString()
  return {
    method: method.toUpperCase(),
    target: search === '' ? filled : `${filled}?${search}`,
    headers,
    ...(text && { body: text }),
  }
}

/** The same request as a line for the shell. */
export function curlLine(origin, { method, target, headers, body }, token) {
  const words = ['curl']
  if (method === 'HEAD') words.push('-I')
  else if (method !== 'GET') words.push('-X', method)
  const all = token ? { Authorization: `Bearer ${token}`, ...headers } : headers
  for (const [name, value] of Object.entries(all)) words.push('-H', quote(`${name}: ${value}`))
  if (body !== undefined) words.push('-d', quote(body))
  return [...words, quote(`${origin}${target}`)].join(' ')
}

const quote = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`)

const kept = 'headgate.token'

/**
 * The token of the address's fragment, which is taken out of the address at once, or the one kept for this tab.
 * Undefined where there is neither.
 */
export function takeToken({ location, history, sessionStorage }) {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token) {
    sessionStorage.setItem(kept, token)
    history.replaceState(null, '', `${location.pathname}${location.search}`)
  }
  return sessionStorage.getItem(kept) ?? undefined
}

/** Keeps the token for this tab, or forgets it. */
export function keepToken({ sessionStorage }, token) {
  if (token) sessionStorage.setItem(kept, token)
  else sessionStorage.removeItem(kept)
}
