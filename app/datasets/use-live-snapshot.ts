import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { isEnded } from '../../clients/typescript/resources/snapshots.ts'
import { headgate } from '../api/headgate.ts'
import { snapshotQuery } from '../api/queries.ts'
import type { Snapshot } from '../api/types.ts'

export interface SnapshotEvent {
  /** When it was seen here, milliseconds. */
  readonly at: number
  readonly snapshot: Snapshot
}

/** A snapshot, told anew whenever it changes until it has ended, and what was seen of it meanwhile. */
export function useLiveSnapshot(id: string) {
  const client = useQueryClient()
  const query = useQuery(snapshotQuery(id))
  const [events, setEvents] = useState<readonly SnapshotEvent[]>([])
  const isLive = query.data !== undefined && !isEnded(query.data)
  useEffect(() => {
    if (!isLive) return
    const gone = new AbortController()
    const watch = async () => {
      for await (const snapshot of headgate.snapshots.events(id, { signal: gone.signal })) {
        client.setQueryData(snapshotQuery(id).queryKey, snapshot)
        setEvents((before) => [...before.slice(-499), { at: Date.now(), snapshot }])
        if (!isEnded(snapshot)) continue
        for (const key of ['snapshots', 'versions', 'dataset'])
          void client.invalidateQueries({ queryKey: [key, snapshot.datasource] })
        void client.invalidateQueries({ queryKey: ['datasets'] })
      }
    }
    watch().catch(() => {
      if (!gone.signal.aborted) void client.invalidateQueries({ queryKey: snapshotQuery(id).queryKey })
    })
    return () => gone.abort()
  }, [id, isLive, client])
  return { query, events, isLive }
}
