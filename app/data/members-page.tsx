export function MembersPage() {
  return <div className="page" />
}
