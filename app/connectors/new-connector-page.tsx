export function NewConnectorPage() {
  return <div className="page" />
}
