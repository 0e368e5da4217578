import { useQuery } from '@tanstack/react-query'
import { call, path } from '../api/call.ts'
import type { Source } from '../api/types.ts'

export const useSource = (name: string) =>
  useQuery({
    queryKey: ['source', name],
    queryFn: ({ signal }) => call<Source>('GET', path`/v1/sources/${name}`, { signal }),
  })
