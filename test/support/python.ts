import { execFileSync } from 'node:child_process'

/** The Python that tests ask what others read and write. */
export const python = process.env.HEADGATE_PYTHON ?? 'python3'

/** Why what needs these modules of it is skipped; undefined where they are there. */
export function pythonLacks(...modules: readonly string[]): string | undefined {
  try {
    execFileSync(python, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' })
    return undefined
  } catch {
    return `${python} has no ${modules.join(' and ')}; set HEADGATE_PYTHON`
  }
}
