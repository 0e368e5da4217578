export function QueryPage() {
  return <div className="page" />
}
