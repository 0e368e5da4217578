import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import { asProblem } from './api/problem.ts'
import { makeRouter } from './router.tsx'
import { session } from './session/session.ts'
import { SignInPage } from './session/sign-in-page.tsx'

/** What will not get better is not asked again. */
const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (count, thrown) => count < 2 && [0, 502, 503, 504].includes(asProblem(thrown).status),
    },
  },
})

const router = makeRouter()

export function App() {
  const state = useSyncExternalStore(session.subscribe, session.state)
  return (
    <QueryClientProvider client={queryClient}>
      {state === 'in' ? <RouterProvider router={router} /> : <SignInPage wasRefused={state === 'refused'} />}
    </QueryClientProvider>
  )
}
