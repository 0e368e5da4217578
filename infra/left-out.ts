import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * How kinds open themselves, for functions that know kinds and open none. Behind an `import()` it would not be loaded, but
 * the files that it shares with them would hold what it alone uses of the SDK.
 */
export const opening: Plugin = {
  name: 'opening',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\./ }, ({ path, importer, kind }) =>
      kind === 'dynamic-import' && /\/connectors\/\w+\/kind\.ts$/.test(importer) && path !== './url.ts'
        ? { path, namespace: 'opening' }
        : undefined,
    )
    onLoad({ filter: /./, namespace: 'opening' }, () => ({ contents: 'export {}' }))
  },
}

/** What zod makes JSON Schemas by: a schema has it all at hand, though only who tells of kinds ever asks. */
export const jsonSchema: Plugin = {
  name: 'json-schema',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\?whole$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.slice(0, -whole.length)),
      suffix: whole,
    }))
    onLoad({ filter: /\/zod\/v4\/core\/(json-schema-processors|to-json-schema)\.js$/ }, ({ path, suffix }) =>
      suffix === whole ? undefined : { contents: refusing(path), resolveDir: dirname(path) },
    )
  },
}

/** What a module's path ends in where it is meant as it is. */
const whole = '?whole'

/** The module with what makes schemas refusing to. What else it gives is asked for in messages, and stays. */
function refusing(path: string): string {
  const names = [...readFileSync(path, 'utf8').matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name!)
  const makes = (name: string) => /Processor$|^create/.test(name)
  const refusal = `() => { throw new Error('This function was built without JSON Schema.') }`
  // Those that make a method are called with every schema, and the method is not.
  const made = names
    .filter(makes)
    .map((name) => `export const ${name} = ${name.startsWith('create') ? '() => ' : ''}${refusal}`)
  const others = names.filter((name) => !makes(name))
  return [...made, `export { ${others.join()} } from './${basename(path)}${whole}'`].join('\n')
}

/** Of package files everything but the version, and the discovery of endpoints, which no command of DynamoDB's asks for. */
export const details: Plugin = {
  name: 'details',
  setup({ onLoad }) {
    onLoad({ filter: /\/package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8'))
      return { contents: JSON.stringify({ version }), loader: 'json' }
    })
    onLoad({ filter: /\/resolveEndpointDiscoveryConfig\.js$/ }, () => ({
      contents: 'export const resolveEndpointDiscoveryConfig = (config) => config',
    }))
  },
}
