import { decode, noUrl, type PastedUrl, type UrlForm } from '../../domain/pasted-url.ts'

const amazon =
  /^(?:([a-z0-9][a-z0-9.-]+)\.)?s3[.-](?:dualstack\.)?(?:([a-z]{2}(?:-[a-z]+)+-\d)\.)?amazonaws\.com(?:\.cn)?$/i

/** `s3://bucket/prefix`, and the web addresses of a bucket at AWS, its name in the host or in the path. */
export const s3Url: UrlForm = {
  field: 'bucket',
  isPasted: (text) => text.includes('://'),
  takes: ({ scheme, host }) =>
    /^s3[an]?$/.test(scheme) || (/^https?$/.test(scheme) && amazon.test(host)) ? 'surely' : 'not',
  read(url) {
    const { bucket, prefix, region, notes } = /^https?$/.test(url.scheme) ? atAmazon(url) : plain(url)
    const { user, password } = url
    if (bucket === '') throw noUrl('It must name a bucket: s3://bucket/prefix.')
    if ((user === undefined) !== (password === undefined))
      throw noUrl('It must hold both the id and the secret of a key, or neither.')
    const signed = [...url.query.keys()].some((name) => /^x-amz-/i.test(name))
    return {
      config: { bucket, ...(region && { region }), ...(prefix !== '' && { prefix }) },
      credential: user === undefined || password === undefined ? {} : { accessKeyId: user, secretAccessKey: password },
      notes: [...notes, ...(signed ? ['The signature was left out: it opens one object for a while.'] : [])],
    }
  },
}

const plain = ({ host, path, query }: PastedUrl) => ({
  bucket: host,
  prefix: decode(path.slice(1)),
  region: query.get('region'),
  notes: [] as string[],
})

function atAmazon({ host, path }: PastedUrl) {
  const [, inHost, region] = amazon.exec(host) ?? []
  const [first = '', ...rest] = path.slice(1).split('/')
  const bucket = inHost ?? decode(first)
  const prefix = decode(inHost === undefined ? rest.join('/') : path.slice(1))
  const notes = region ? [] : ['It names no region: us-east-1 is taken unless you set another.']
  return { bucket, prefix, region: region?.toLowerCase(), notes }
}
