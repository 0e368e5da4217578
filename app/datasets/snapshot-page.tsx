export function SnapshotPage() {
  return <div className="page" />
}
