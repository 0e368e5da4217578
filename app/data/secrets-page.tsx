export function SecretsPage() {
  return <div className="page" />
}
