import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, Suspense, useSyncExternalStore } from 'react'
import { meQuery } from './api/queries.ts'
import { makeRouter } from './router.tsx'
import { session } from './session/session.ts'
import { SignInPage } from './session/sign-in-page.tsx'

/** The client itself tries again what may pass. */
const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 30_000, refetchOnWindowFocus: false, retry: false } },
})

const router = makeRouter()

const SessionOver = lazy(() =>
  import('./session/session-over.tsx').then(({ SessionOver }) => ({ default: SessionOver })),
)

let before = session.state()
session.subscribe(() => {
  const now = session.state()
  if (now === 'out') queryClient.clear()
  if (before === 'over' && now === 'in') void comeBack()
  before = now
})

/** What could not be read meanwhile is read now; somebody else must not see what was read for the one before. */
async function comeBack(): Promise<void> {
  const was = queryClient.getQueryData(meQuery().queryKey)
  const me = await queryClient.fetchQuery({ ...meQuery(), staleTime: 0 })
  if (was !== undefined && was.id !== me.id) location.reload()
  else await queryClient.invalidateQueries()
}

export function App() {
  const state = useSyncExternalStore(session.subscribe, session.state)
  return (
    <QueryClientProvider client={queryClient}>
      {state === 'out' ? <SignInPage /> : <RouterProvider router={router} />}
      {state === 'over' && (
        <Suspense fallback={null}>
          <SessionOver />
        </Suspense>
      )}
    </QueryClientProvider>
  )
}
