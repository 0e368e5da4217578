import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { headgate } from '../api/headgate.ts'
import { asProblem } from '../api/problem.ts'
import { datasetsQuery, versionsQuery } from '../api/queries.ts'
import type { Exporter } from '../api/types.ts'
import { formatMoment } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { flat } from '../ui/listing.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Loading } from '../ui/states.tsx'
import { formats } from './exporter-draft.ts'

/** Writes a version of a dataset now. */
export function RunExporter({ exporter: { name, table, format: own } }: { readonly exporter: Exporter }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [dataset, setDataset] = useState<string>()
  const [version, setVersion] = useState('')
  const [format, setFormat] = useState('')
  const { data: datasets } = useQuery(datasetsQuery())
  const { data: versions = [] } = flat(
    useInfiniteQuery({ ...versionsQuery(dataset ?? ''), enabled: dataset !== undefined }),
  )
  const run = useMutation({
    mutationFn: () =>
      headgate.exporters.run(name, {
        dataset: dataset!,
        ...(version && { version: Number(version) }),
        ...(format && { format: format as NonNullable<Exporter['format']> }),
      }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ['exports', name] })
      await navigate({ to: '/exports/$id', params: { id } })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run.mutate()
  }
  if (datasets === undefined) return <Loading rows={1} />
  return (
    <form className="group run-form" aria-label="Write a dataset" onSubmit={submit} noValidate>
      <Choice
        label="Dataset"
        value={dataset}
        options={datasets
          .filter(({ latest }) => latest !== null)
          .map(({ name, title }) => [name, title === name ? name : `${title} (${name})`])}
        onChange={(next) => {
          setDataset(next)
          setVersion('')
        }}
      />
      <Choice
        label="Version"
        value={version}
        options={[
          ['', 'The one that is read now'],
          ...versions.map(({ version, published }): [string, string] => [
            String(version),
            `Version ${version} · ${formatMoment(published)}`,
          ]),
        ]}
        onChange={setVersion}
      />
      {table === null && (
        <Choice
          label="Format"
          value={format}
          options={[
            ['', own === null ? 'As the path ends, or the dataset is' : `As the exporter says: ${own}`],
            ...formats,
          ]}
          onChange={setFormat}
        />
      )}
      <Button type="submit" variant="primary" icon="send" isDisabled={dataset === undefined || run.isPending}>
        {run.isPending ? 'Beginning…' : 'Write it now'}
      </Button>
      {run.error && <ProblemCard problem={asProblem(run.error)} />}
    </form>
  )
}
