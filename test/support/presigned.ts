import { createHash, createHmac } from 'node:crypto'

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** Whether S3 would answer a request of this presigned address (Signature Version 4), which moto answers always. */
export function isSigned(address: string, secretAccessKey: string, method = 'GET'): boolean {
  const url = new URL(address)
  const [date = '', credential = '', seconds = '', signature] = ['Date', 'Credential', 'Expires', 'Signature'].map(
    (name) => url.searchParams.get(`X-Amz-${name}`) ?? '',
  )
  const began = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
  if (!(Date.now() < began + Number(seconds) * 1000)) return false

  const pairs = url.search.slice(1).split('&')
  const query = pairs.filter((pair) => !pair.startsWith('X-Amz-Signature=')).sort()
  const request = [method, url.pathname, query.join('&'), `host:${url.host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n')
  const [, ...scope] = credential.split('/')
  const digest = createHash('sha256').update(request).digest('hex')
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), digest].join('\n')
  const key = scope.reduce<string | Buffer>((each, part) => hmac(each, part), `AWS4${secretAccessKey}`)
  return hmac(key, text).toString('hex') === signature
}
