export function DatasourcePage() {
  return <div className="page" />
}
