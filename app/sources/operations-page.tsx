export function OperationsPage() {
  return <div className="page" />
}
