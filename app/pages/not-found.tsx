import { Link } from '@tanstack/react-router'
import { PageHeader } from '../ui/page-header.tsx'
import { Empty } from '../ui/states.tsx'

export function NotFound() {
  return (
    <div className="page">
      <PageHeader title="There is no such page" />
      <Empty
        icon="search"
        title="Perhaps the link is old, or a thing was renamed"
        action={<Link to="/">To the start</Link>}
      />
    </div>
  )
}
