import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether this machine can make certificates. */
export const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** A certificate authority of its own and a certificate by it, for names such as `DNS:localhost` and `IP:127.0.0.1`. */
export function makeCertificate(names: readonly string[]): { ca: string; cert: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-certificates-'))
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  try {
    writeFileSync(at('extensions'), `subjectAltName=${names.join(',')}\nbasicConstraints=CA:FALSE\n`)
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      at('ca.key'),
      '-out',
      at('ca.crt'),
      '-days',
      '2',
      '-subj',
      '/CN=Test CA',
    )
    openssl('req', ...newKey, '-keyout', at('key'), '-out', at('csr'), '-subj', '/CN=test')
    openssl(
      ...['x509', '-req', '-in', at('csr'), '-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial'],
      ...['-out', at('crt'), '-days', '2', '-extfile', at('extensions')],
    )
    const read = (name: string) => readFileSync(at(name), 'utf8')
    return { ca: read('ca.crt'), cert: read('crt'), key: read('key') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
