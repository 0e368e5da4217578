export function DatasetPage() {
  return <div className="page" />
}
