import { Link } from '@tanstack/react-router'
import { Empty } from '../ui/states.tsx'

export function NotFound() {
  return (
    <div className="page">
      <Empty icon="search" title="There is no such page" action={<Link to="/">To the start</Link>}>
        Perhaps the link is old, or a thing was renamed.
      </Empty>
    </div>
  )
}
