/** Percent-encodes everything but RFC 3986's unreserved letters. */
export const encodeAll = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
