import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { argumentsOf, wordsOf } from '../../cli/command.ts'
import { commands } from '../../cli/commands.ts'
import { createProgram } from '../../cli/program.ts'
import { root } from '../support/code.ts'

const golden = join(root, 'test/golden/cli-commands.txt')

describe('the commands', () => {
  it('are these; a change of the file is a change for users', async () => {
    const lines = commands
      .filter(({ hidden }) => !hidden)
      .map(({ usage, options = {} }) =>
        ['headgate', usage, ...Object.keys(options).map((flags) => `[${flags.replace(/\.\.\.$/, '…')}]`)].join(' '),
      )
      .toSorted()
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(golden)
  })

  it('have each a name of its own, and a summary without a full stop', () => {
    const names = commands.map((command) => wordsOf(command).join(' '))
    expect(new Set(names).size).toBe(names.length)
    expect(commands.filter(({ summary }) => !/^[A-Z].*[^.]$/s.test(summary))).toEqual([])
  })

  it('each load what they do', async () => {
    for (const command of commands) expect(await command.run(), command.usage).toBeTypeOf('function')
  })

  it('that take something away all ask first', () => {
    const taking = commands.filter((command) =>
      /\b(delete|delete-version|abort|archive)\b/.test(wordsOf(command).join(' ')),
    )
    expect(taking.length).toBeGreaterThan(8)
    expect(taking.filter(({ destructive }) => !destructive)).toEqual([])
  })

  it('are all in the help of their nouns', () => {
    const program = createProgram(async () => {})
    for (const command of commands.filter(({ hidden }) => !hidden)) {
      const [first, second] = wordsOf(command)
      const help = second === undefined ? program : program.commands.find((each) => each.name() === first)!
      expect(help.helpInformation()).toContain(second ?? first)
      expect(argumentsOf(command).filter((argument) => argument.startsWith('<') && /\.\.\./.test(argument))).toEqual([])
    }
  })

  it('are documented with every exit code', () => {
    const readme = readFileSync(join(root, 'cli/README.md'), 'utf8')
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 130]) expect(readme).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'))
  })
})
