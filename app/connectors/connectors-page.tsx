export function ConnectorsPage() {
  return <div className="page" />
}
