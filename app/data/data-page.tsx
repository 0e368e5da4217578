export function DataPage() {
  return <div className="page" />
}
