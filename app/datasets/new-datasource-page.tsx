export function NewDatasourcePage() {
  return <div className="page" />
}
