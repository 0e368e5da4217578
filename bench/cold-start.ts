/**
 * `node bench/cold-start.ts`: what each Lambda's bundle weighs and how long importing it takes, beside a bare handler;
 * and for listing sources the first call as well, of a DynamoDB that answers at once.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Metafile } from 'esbuild'
import { buildFunctions } from '../infra/build.ts'
import { fileOf, functionIds } from '../infra/handlers.ts'

const rounds = Number(process.env.HEADGATE_BENCH_ROUNDS ?? 15)

/** Prints the milliseconds that importing a file took, and with an event those until it was answered. */
const starting = `
  globalThis.awslambda = { streamifyResponse: (handler) => handler }
  const [file, event] = process.argv.slice(1)
  const started = performance.now()
  const { handler } = await import(file)
  if (event) await handler(JSON.parse(event), { getRemainingTimeInMillis: () => 29000 })
  const took = performance.now() - started
  process.stdout.write('\\n' + took)
  process.exit()`

/** `GET /v1/sources` as the API sends it. */
const anEvent = {
  path: '/sources',
  headers: {},
  body: null,
  requestContext: { requestId: 'bench', authorizer: { caller: 'bench', role: 'viewer' } },
}

const folder = mkdtempSync(join(tmpdir(), 'headgate-cold-start-'))
const dynamo = createServer((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/x-amz-json-1.0')
    response.end('{"Items":[],"Count":0}')
  })
})
try {
  const metafile = await buildFunctions(folder)
  await new Promise<void>((resolve) => dynamo.listen(0, '127.0.0.1', resolve))
  const bare = join(folder, 'bare.mjs')
  writeFileSync(bare, "export const handler = async () => ({ statusCode: 200, body: '{}' })\n")
  const contestants = [
    { name: 'bare', file: bare },
    { name: 'bare, first call', file: bare, event: anEvent },
    { name: 'listSources, first call', file: join(folder, 'list-sources.mjs'), event: anEvent },
    ...functionIds.map((id) => ({ name: id, file: join(folder, `${fileOf(id)}.mjs`), event: undefined })),
  ]
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]))
  // Round after round, so that what slows the machine down slows them all.
  for (let round = 0; round < rounds; round++)
    for (const { name, file, event } of contestants) times.get(name)!.push(await startMs(file, event))
  console.log(`Medians of ${rounds} fresh processes each`)
  console.table(
    contestants
      .map(({ name, file }) => ({
        function: name,
        KB: file === bare ? 0 : Math.round(staticBytes(metafile, file) / 1000),
        ms: Number(median(times.get(name)!).toFixed(1)),
        'over bare ms': Number((median(times.get(name)!) - median(times.get('bare')!)).toFixed(1)),
      }))
      .sort((a, b) => a.ms - b.ms),
  )
} finally {
  dynamo.close()
  rmSync(folder, { recursive: true, force: true })
}

async function startMs(file: string, event: object | undefined): Promise<number> {
  const args = ['--input-type=module', '--eval', starting, file, ...(event ? [JSON.stringify(event)] : [])]
  const { port } = dynamo.address() as AddressInfo
  const env = {
    ...process.env,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    HEADGATE_TABLE: 'catalog',
  }
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  return Number(stdout.trim().split('\n').at(-1))
}

/** The bytes of a function's file and of all that it imports before its first call. */
function staticBytes({ outputs }: Metafile, file: string): number {
  const seen = new Set<string>()
  const visit = (output: string) => {
    if (seen.has(output)) return
    seen.add(output)
    for (const { path, kind } of outputs[output]!.imports) if (kind !== 'dynamic-import' && path in outputs) visit(path)
  }
  visit(Object.keys(outputs).find((output) => file.endsWith(`/${output.split('/').at(-1)}`))!)
  return [...seen].reduce((bytes, output) => bytes + outputs[output]!.bytes, 0)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
