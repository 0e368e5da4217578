export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const kept = 'headgate.theme'

export function readTheme(): Theme {
  const theme = localStorage.getItem(kept)
  return themes.find((known) => known === theme) ?? 'system'
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(kept)
  else localStorage.setItem(kept, theme)
  beginTheme()
}

/** Every colour is of `light-dark()`, which follows this. */
export function beginTheme(): void {
  const theme = readTheme()
  document.documentElement.style.colorScheme = theme === 'system' ? 'light dark' : theme
}
