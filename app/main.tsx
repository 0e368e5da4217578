import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/controls.css'
import './styles/grid.css'
import './styles/pages.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { session } from './session/session.ts'
import { beginTheme } from './shell/theme.ts'

beginTheme()
session.begin()
createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
