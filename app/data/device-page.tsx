export function DevicePage() {
  return <div className="page" />
}
