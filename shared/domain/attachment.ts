/** The Content-Disposition that saves under this name: RFC 6266, with a plain ASCII name for old clients. */
export function attachment(filename: string): string {
  const name = filename.toWellFormed().replace(/[\u0000-\u001f\u007f/\\]/g, '_')
  const ascii = name.replace(/[^\x20-\x7e]|["%]/gu, '_')
  const encoded = encodeURIComponent(name).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
