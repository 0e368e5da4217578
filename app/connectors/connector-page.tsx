export function ConnectorPage() {
  return <div className="page" />
}
