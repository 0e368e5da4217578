import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useMemo, useState } from 'react'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { meQuery, operationQuery } from '../api/queries.ts'
import type { OperationDescription, OperationReply } from '../api/types.ts'
import { SchemaForm } from '../forms/schema-form.tsx'
import { validate } from '../forms/validate.ts'
import { initialValue, type Problems } from '../forms/values.ts'
import { rowsInMemory, rowsOfList } from '../grid/rows-in-memory.ts'
import { RowsView } from '../grid/rows-view.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Async } from '../ui/states.tsx'
import { UseInCode } from '../ui/use-in-code.tsx'

export interface OperationPanelProps {
  readonly source: string
  readonly operation: string
}

/** One operation: a form of its parameters and body, run by the server, and what it answered. */
export function OperationPanel({ source, operation }: OperationPanelProps) {
  const description = useQuery(operationQuery(source, operation))
  return (
    <section className="operation-panel" aria-label={operation}>
      <Async query={description}>{(found) => <OperationForm source={source} operation={found} />}</Async>
    </section>
  )
}

/** Parameters and body as one schema, so that one form draws them. */
function formSchema({ parameters, body }: OperationDescription) {
  const properties = Object.fromEntries(
    parameters.map(({ name, schema, description, in: place }) => [
      name,
      { ...schema, description: [description || schema.description, `(${place})`].filter(Boolean).join(' ') },
    ]),
  )
  return {
    type: 'object',
    required: [
      ...parameters.filter(({ required }) => required).map(({ name }) => name),
      ...(body?.required ? [bodyKey] : []),
    ],
    properties: { ...properties, ...(body && { [bodyKey]: { title: 'Body', ...body.schema } }) },
  }
}

/** No parameter has such a name. */
const bodyKey = '\u0000body'

/** What is in the form, as a call. */
function calledOf(source: string, { operationId, tag }: OperationDescription, value: unknown) {
  const { [bodyKey]: body, ...parameters } = (value ?? {}) as Record<string, unknown>
  return { source, tag, operation: operationId, parameters, ...(body !== undefined && { body }) }
}

function OperationForm({ source, operation }: { readonly source: string; readonly operation: OperationDescription }) {
  const schema = useMemo(() => formSchema(operation), [operation])
  const { data: me } = useQuery(meQuery())
  const [value, setValue] = useState<unknown>(() => initialValue(schema))
  const [problems, setProblems] = useState<Problems>(new Map())
  const run = useMutation({
    mutationFn: () => {
      const { parameters, body } = calledOf(source, operation, value)
      return headgate.sources.at(source).operate(operation.operationId, parameters, body)
    },
  })
  const mayRun = /^(GET|HEAD)$/.test(operation.method) || (me?.roles.includes('editor') ?? false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const found = validate(schema, value)
    setProblems(found)
    if (found.size === 0) run.mutate()
  }
  return (
    <>
      <header className="operation-head">
        <h2>{operation.operationId}</h2>
        <code>
          <span className={`method ${operation.method.toLowerCase()}`}>{operation.method}</span> {operation.path}
        </code>
        {operation.deprecated && <Badge tone="warn">deprecated</Badge>}
        {(operation.description || operation.summary) && (
          <p className="quiet operation-text">{operation.description || operation.summary}</p>
        )}
      </header>
      <form className="stack form" onSubmit={submit} noValidate>
        <SchemaForm schema={schema} value={value} onChange={setValue} problems={problems} />
        <div className="row-actions">
          <Button type="submit" variant="primary" icon="play" isDisabled={!mayRun || run.isPending}>
            {run.isPending ? 'Running…' : 'Run'}
          </Button>
          <UseInCode of={calledOf(source, operation, value)} />
          <span className="quiet small">
            {mayRun ? 'The server calls it, with the connector’s credential.' : 'Other than reading takes an editor.'}
          </span>
        </div>
      </form>
      {run.error && <ProblemCard problem={asProblem(run.error)} />}
      {run.data && <Reply reply={run.data} />}
    </>
  )
}

function Reply({ reply }: { readonly reply: OperationReply }) {
  const list = useMemo(() => rowsOfList(reply.body), [reply])
  const read = useMemo(() => list && rowsInMemory(list), [list])
  const [isRaw, setRaw] = useState(false)
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body, null, 2)
  return (
    <section className="reply" aria-label="Answer">
      <div className="row-actions">
        <h3>Answer</h3>
        <Badge tone="good">{reply.status}</Badge>
        <span className="quiet small">{reply.headers['content-type']}</span>
        {read && (
          <Button isSmall variant="ghost" icon={isRaw ? 'table' : 'code'} onPress={() => setRaw(!isRaw)}>
            {isRaw ? 'As a table' : 'As JSON'}
          </Button>
        )}
      </div>
      {read && !isRaw ? (
        <RowsView label="Rows of the answer" read={read} view={{}} total={list!.rows.length} />
      ) : (
        <pre className="file-text" tabIndex={0} role="region" aria-label="The answer">
          {text}
        </pre>
      )}
    </section>
  )
}
