export function DatasourcesPage() {
  return <div className="page" />
}
