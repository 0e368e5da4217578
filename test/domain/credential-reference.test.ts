import { expect, it } from 'vitest'
import { CredentialReference } from '../../shared/domain/credential-reference.ts'

it('C19 a credential names secrets of the organisation, and nobody’s own: no run can be given them', () => {
  const takes = (secret: string) => CredentialReference.safeParse({ secret }).success
  expect(takes('org/API_KEY')).toBe(true)
  for (const other of ['user/API_KEY', 'user/ada/API_KEY', 'org/../user/API_KEY', '/org/API_KEY', 'org/'])
    expect(takes(other), other).toBe(false)
})
