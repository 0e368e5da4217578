export function Logo({ size = 28 }: { readonly size?: number }) {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" className="logo-back" />
      <path d="M8 7v18M24 7v18M8 16h16M13 11v10M19 11v10" className="logo-lines" />
    </svg>
  )
}
