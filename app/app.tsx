import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import { makeRouter } from './router.tsx'
import { session } from './session/session.ts'
import { SignInPage } from './session/sign-in-page.tsx'

/** The client itself tries again what may pass. */
const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 30_000, refetchOnWindowFocus: false, retry: false } },
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
