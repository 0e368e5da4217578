import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { RouterProvider } from 'react-aria-components'
import { Sidebar } from './sidebar.tsx'
import { Toasts } from './toasts.tsx'
import { TopBar } from './top-bar.tsx'

const Palette = lazy(() => import('./palette.tsx').then(({ Palette }) => ({ default: Palette })))

/** What surrounds every page: sources at the left, where one is and what one can do above. */
export function Shell() {
  const navigate = useNavigate()
  const [isFinding, setFinding] = useState(false)
  const [isNavOpen, setNavOpen] = useState(false)
  const pathname = useRouterState({ select: ({ location }) => location.pathname })
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return
      event.preventDefault()
      setFinding(true)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu of small screens
  useEffect(() => setNavOpen(false), [pathname])
  return (
    <RouterProvider navigate={(href) => void navigate({ href })}>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <div className={isNavOpen ? 'shell nav-open' : 'shell'}>
        <Sidebar />
        <div className="workspace">
          <TopBar onFind={() => setFinding(true)} onMenu={() => setNavOpen((is) => !is)} />
          <main id="main" ref={main} tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
      <Toasts />
      {isFinding && (
        <Suspense fallback={null}>
          <Palette onClose={() => setFinding(false)} />
        </Suspense>
      )}
    </RouterProvider>
  )
}
