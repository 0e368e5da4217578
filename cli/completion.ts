import { argumentsOf, type Command, wordsOf } from './command.ts'
import type { Context } from './context.ts'
import { everywhere } from './program.ts'

/** The shells' own parts: each asks `headgate __complete` with the words of the line. */
export const scripts = {
  bash: `_headgate() {
  local IFS=$'\\n' words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=($(headgate __complete -- "\${words[@]}" 2>/dev/null))
  [[ \${COMPREPLY[0]} == */ ]] && compopt -o nospace
}
complete -o default -F _headgate headgate
`,
  zsh: `#compdef headgate
_headgate() {
  local -a found
  found=("\${(@f)$(headgate __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  [[ -n "$found" ]] && compadd -a found || _files
}
compdef _headgate headgate
`,
  fish: `complete -c headgate -a '(headgate __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
  powershell: `Register-ArgumentCompleter -Native -CommandName headgate -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -eq '') { $words += '' }
  headgate __complete -- @words 2>$null | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`,
} as const

const most = 200

/** What may stand in the place of the last word: commands, options, and the names of what is there. */
export async function completeLine(
  commands: readonly Command[],
  line: readonly string[],
  context: Context,
): Promise<readonly string[]> {
  const word = line.at(-1) ?? ''
  const said = line.slice(0, -1).filter((each) => !each.startsWith('-'))
  const fitting = commands.filter((command) =>
    wordsOf(command).every((each, i) => said[i] === undefined || said[i] === each),
  )
  const command = fitting.find((each) => wordsOf(each).length <= said.length)
  const candidates =
    command === undefined
      ? [...new Set(fitting.map((each) => wordsOf(each)[said.length]!))]
      : word.startsWith('-')
        ? [...Object.keys(command.options ?? {}), ...Object.keys(everywhere)].map((flags) => /--[\w-]+/.exec(flags)![0])
        : await namesOf(argumentsOf(command)[said.length - wordsOf(command).length] ?? '', word, context)
  return candidates.filter((each) => each.startsWith(word)).slice(0, most)
}

/** What there is of the kind that an argument names. */
async function namesOf(argument: string, word: string, context: Context): Promise<readonly string[]> {
  const kind = argument.replace(/[<>[\].]/g, '')
  if (kind === 'shell') return Object.keys(scripts)
  if (kind === 'scope') return ['user', 'org']
  const headgate = await context.headgate()
  const named = async (items: AsyncIterable<{ readonly name: string }>) =>
    (await Array.fromAsync(items)).map(({ name }) => name)
  if (kind === 'source') return named(headgate.sources.list())
  if (kind === 'connector') return named(headgate.connectors.list())
  if (kind === 'datasource') return named(headgate.datasources.list())
  if (kind === 'dataset') return named(headgate.datasets.list())
  if (kind === 'kind') return (await headgate.kinds.list().toArray()).map((each) => each.kind)
  if (kind === 'source/table' || kind === 'what') {
    const [, source] = /^([^/]+)\//.exec(word) ?? []
    if (source !== undefined)
      return (await headgate.sources.at(source).tables({ limit: most }).page()).items.map(
        ({ table }) => `${source}/${table}`,
      )
    const sources = (await headgate.sources.list().toArray()).filter(({ capabilities }) =>
      capabilities.includes('tables'),
    )
    return [...sources.map(({ name }) => `${name}/`), ...(kind === 'what' ? await named(headgate.datasets.list()) : [])]
  }
  if (kind === 'source/path') {
    const [, source, prefix = ''] = /^([^/]+)\/(.*?)[^/]*$/.exec(word) ?? []
    if (source === undefined) return (await named(headgate.sources.list())).map((name) => `${name}/`)
    const page = await headgate.sources.at(source).objects({ prefix, delimiter: '/', limit: most }).page()
    return page.items.map(({ key }) => `${source}/${key}`)
  }
  if (kind === 'name') return named(headgate.objects.list('user', { prefix: word }))
  return []
}
