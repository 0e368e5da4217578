/** Hosts besides its own that the Data App may reach: where links to bytes lead, and who signs people in. Origins. */
export interface AppOrigins {
  readonly objects?: readonly string[]
  readonly signIn?: readonly string[]
}

/** The one style that React Aria puts into the page by itself: `touch-action` of what can be pressed. */
const reactAriaStyle = "'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='"

/**
 * The headers of every page and file of the Data App, the same on one machine and behind CloudFront: no inline script, no
 * inline style but one, no frame around it, nothing but its own origin and those named. User content is never served under them.
 */
export function appHeaders({ objects = [], signIn = [] }: AppOrigins = {}): Readonly<Record<string, string>> {
  const policy = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", reactAriaStyle],
    'connect-src': ["'self'", ...objects, ...signIn],
    'img-src': ["'self'", 'blob:', 'data:', ...objects],
    'media-src': ["'self'", 'blob:', ...objects],
    'frame-src': ["'self'", 'blob:', ...objects],
    'font-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  }
  return {
    'content-security-policy': Object.entries(policy)
      .map(([directive, sources]) => [directive, ...sources].join(' '))
      .join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  }
}
