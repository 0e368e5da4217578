import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { madeOnce } from '../support/made-once.ts'

// biome-ignore lint/suspicious/noExplicitAny: a template is whatever CloudFormation takes
export type Json = any

export interface Resource {
  readonly Type: string
  readonly Properties: Json
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly DependsOn?: readonly string[]
}

const folder = await madeOnce('synthesized', synthesize)
const read = (file: string): Json => JSON.parse(readFileSync(join(folder, file), 'utf8'))

/** The built functions and the stack as it would be deployed, of no account: made once for all test files. */
export const code = join(folder, 'dist')
export const hostingCode = join(folder, 'hosting')
export const bundle: Metafile = read('bundle.json')
export const template: Json = read('out/Headgate.template.json')
export const resources: Readonly<Record<string, Resource>> = template.Resources

async function synthesize(folder: string): Promise<void> {
  const [{ App }, { buildFunctions, buildHosting }, { HeadgateStack }] = await Promise.all([
    import('aws-cdk-lib'),
    import('../../infra/build.ts'),
    import('../../infra/stack.ts'),
  ])
  const [functionsCode, hostingCode] = [join(folder, 'dist'), join(folder, 'hosting')]
  writeFileSync(join(folder, 'bundle.json'), JSON.stringify(await buildFunctions(functionsCode)))
  await buildHosting({ outdir: hostingCode, app: join(folder, 'app'), placeholder: true })
  const app = new App({ outdir: join(folder, 'out'), analyticsReporting: false })
  new HeadgateStack(app, 'Headgate', { functionsCode, hostingCode })
  app.synth()
}

export const ofType = (type: string): readonly (readonly [id: string, resource: Resource])[] =>
  Object.entries(resources).filter(([, resource]) => resource.Type === type)

/** The one resource of a type. */
export function only(type: string): readonly [id: string, resource: Resource] {
  const [found, ...more] = ofType(type)
  if (found === undefined || more.length > 0) throw new Error(`There is not exactly one ${type}.`)
  return found
}

/** One of the buckets, by the end of its construct's name. */
export function bucketOf(name: string): readonly [id: string, resource: Resource] {
  const found = ofType('AWS::S3::Bucket').find(([id]) => new RegExp(`${name}[0-9A-F]{8}$`).test(id))
  if (found === undefined) throw new Error(`There is no bucket ${name}.`)
  return found
}

/** A function's resource by the id of its operation. */
export function functionOf(id: string): Resource {
  const found = ofType('AWS::Lambda::Function').find(
    ([, { Properties }]) => Properties.FunctionName === `Headgate-${id}`,
  )
  if (found === undefined) throw new Error(`There is no function ${id}.`)
  return found[1]
}

/** The statements of the one policy of a function's role. */
export function statementsOf(id: string): readonly Json[] {
  const role = resources[functionOf(id).Properties.Role['Fn::GetAtt'][0]]!
  if (role.Properties.ManagedPolicyArns !== undefined || role.Properties.Policies.length !== 1)
    throw new Error(`The role of ${id} has more than one policy.`)
  return role.Properties.Policies[0].PolicyDocument.Statement
}

/** The role of the sessions in which a function touches what one user owns. */
export function ownRoleOf(id: string): Resource {
  const found = ofType('AWS::IAM::Role').find(([, { Properties }]) => Properties.RoleName === `Headgate-${id}-own`)
  if (found === undefined) throw new Error(`${id} has no role of sessions.`)
  return found[1]
}

export const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]) as string[]

/** The built files that are loaded when a function is imported; those behind `import()` are not, unless `later`. */
function outputsOf(entry: string, later = false): readonly string[] {
  const first = Object.keys(bundle.outputs).find((file) => file.endsWith(`/${entry}.mjs`))
  if (first === undefined) throw new Error(`There is no ${entry}.mjs.`)
  const seen = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { path, kind } of bundle.outputs[file]?.imports ?? [])
      if ((later || kind !== 'dynamic-import') && path in bundle.outputs) visit(path)
  }
  visit(first)
  return [...seen]
}

const inputsOf = (outputs: readonly string[]): ReadonlySet<string> =>
  new Set(outputs.flatMap((file) => Object.keys(bundle.outputs[file]!.inputs)))

/** The source files of what is loaded when a function is imported. */
export const staticInputs = (entry: string): ReadonlySet<string> => inputsOf(outputsOf(entry))

/** Those of all that it may ever load. */
export const allInputs = (entry: string): ReadonlySet<string> => inputsOf(outputsOf(entry, true))

/** How much code that is, bytes. */
export const staticBytes = (entry: string): number =>
  outputsOf(entry).reduce((bytes, file) => bytes + bundle.outputs[file]!.bytes, 0)
