import type { DatasetRecord, Manifest, SnapshotRecord } from '../domain/snapshot.ts'
import { uploadKind } from '../domain/uploaded-file.ts'
import type { Change, Entry } from '../ports/catalog.ts'
import { datasets, datasetUids, versionsOf } from '../ports/dataset-records.ts'
import { versionId } from './keys.ts'
import { reusedAttempts } from './live-parts.ts'
import type { Plan } from './plan-snapshot.ts'
import { ended, replaceSnapshot } from './run-record.ts'
import { tellEnd, tellVersion } from './tell.ts'
import { ulid } from './ulid.ts'

/** A version whose manifest is there, and the records as they were read that it is going to change. */
export interface Ready {
  readonly plan: Plan
  /** The manifest's. */
  readonly key: string
  readonly manifest: Manifest
  readonly drift: SnapshotRecord['drift']
  readonly dataset: Entry<DatasetRecord> | undefined
  readonly run: Entry<SnapshotRecord>
}

/** What makes a version, moves its dataset's pointer, and ends its snapshot: six changes at most. */
export function publishing({ plan, key, manifest, drift, dataset, run }: Ready, published: string): readonly Change[] {
  const { claim, datasource, prefix } = plan
  const { version, snapshot, rows, bytes, shape, format, requestedBy } = manifest
  const pointer: DatasetRecord = {
    uid: dataset?.value.uid ?? `set_${ulid()}`,
    name: datasource.name,
    title: datasource.title,
    latest: version,
    highest: version,
    origin: datasource.kind === uploadKind ? 'upload' : 'datasource',
    updated: published,
  }
  const done: SnapshotRecord = {
    ...run.value,
    ...ended(published),
    state: 'done',
    version,
    rows,
    bytes,
    percent: 100,
    error: null,
    drift,
  }
  return [
    {
      create: versionsOf(datasource.name),
      id: versionId(version),
      value: {
        version,
        snapshot,
        manifest: key,
        rows,
        bytes,
        shape,
        format,
        published,
        requestedBy,
        group: manifest.group?.id ?? null,
        pinned: false,
        reuses: reusedAttempts(
          manifest.parts.map(({ key }) => key),
          prefix,
        ),
        expires: null,
      },
    },
    ...(dataset === undefined
      ? [
          { create: datasets, id: datasource.name, value: pointer },
          { create: datasetUids, id: pointer.uid, value: { name: pointer.name } },
        ]
      : [{ replace: datasets, id: datasource.name, value: pointer, revision: dataset.revision }]),
    ...tellEnd(done),
    tellVersion(datasource.name, version),
    replaceSnapshot(claim.snapshot, done, run.revision),
  ]
}
