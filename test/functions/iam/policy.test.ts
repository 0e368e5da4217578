import { describe, expect, it } from 'vitest'
import { type Call, decide, isAllowed, type Statement } from './policy.ts'

const bucket = 'arn:aws:s3:::lake'
const get: Call = { action: 's3:GetObject', resource: `${bucket}/users/ada/x`, context: {} }
const allow = (more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: '*',
  ...more,
})
const deny = (more: Partial<Statement> = {}): Statement => ({ ...allow(more), Effect: 'Deny' })
const when = (Condition: Statement['Condition'], Effect: 'Allow' | 'Deny' = 'Allow'): Statement => ({
  ...allow({ Condition }),
  Effect,
})

/** As it stands in a policy. */
const variable = (name: string): string => `$\{${name}}`

type Case = readonly [rule: string, statements: readonly Statement[], call: Partial<Call>, isAllowed: boolean]

function cases(title: string, table: readonly Case[]): void {
  describe(title, () => {
    it.each(table)('%s', (_, statements, call, expected) => {
      expect(isAllowed(statements, { ...get, ...call })).toBe(expected)
    })
  })
}

/* By AWS's IAM User Guide, "Policy evaluation logic" and "Determining whether a request is allowed or denied". */
cases('which statement counts', [
  ['nothing is allowed that no statement allows', [], {}, false],
  ['one permission is enough', [allow({ Action: 's3:PutObject' }), allow()], {}, true],
  ['a denial counts over every permission', [allow(), deny()], {}, false],
  ['wherever it stands', [deny(), allow()], {}, false],
  ['a denial of something else does not', [allow(), deny({ Action: 's3:PutObject' })], {}, true],
  [
    'a denial whose condition does not hold does not',
    [allow(), when({ Bool: { 'aws:SecureTransport': 'false' } }, 'Deny')],
    { context: { 'aws:SecureTransport': 'true' } },
    true,
  ],
  [
    'a denial whose condition holds does',
    [allow(), when({ Bool: { 'aws:SecureTransport': 'false' } }, 'Deny')],
    { context: { 'aws:SecureTransport': 'false' } },
    false,
  ],
])

/* "IAM JSON policy elements": Action, NotAction, Resource, NotResource; names of actions are not case-sensitive. */
cases('actions and resources', [
  ['* stands for any characters', [allow({ Action: 's3:*' })], {}, true],
  ['also in the middle', [allow({ Action: 's3:Get*ject' })], {}, true],
  ['? stands for one', [allow({ Action: 's3:Get?bject' })], {}, true],
  ['and not for none', [allow({ Action: 's3:GetObject?' })], {}, false],
  ['actions are the same in capitals', [allow({ Action: 'S3:getobject' })], {}, true],
  ['resources are not', [allow({ Resource: `${bucket.toUpperCase()}/*` })], {}, false],
  ['any of several', [allow({ Action: ['s3:PutObject', 's3:GetObject'] })], {}, true],
  ['* of a resource takes slashes', [allow({ Resource: `${bucket}/*` })], {}, true],
  ['what stands before it counts', [allow({ Resource: `${bucket}/users/bob/*` })], {}, false],
  ['a dot is a dot', [allow({ Resource: 'arn.aws:s3:::lake/*' })], {}, false],
  ['the bucket is not its objects', [allow({ Resource: bucket })], {}, false],
  ['NotAction is every other one', [allow({ Action: undefined, NotAction: 's3:PutObject' } as never)], {}, true],
  ['and not those', [allow({ Action: undefined, NotAction: ['s3:PutObject', 's3:Get*'] } as never)], {}, false],
  [
    'a denial by NotAction leaves those alone',
    [allow({ Action: '*' }), deny({ Action: undefined, NotAction: 's3:GetObject' } as never)],
    {},
    true,
  ],
  [
    'and takes the others',
    [allow({ Action: '*' }), deny({ Action: undefined, NotAction: 's3:PutObject' } as never)],
    {},
    false,
  ],
  [
    'NotResource is every other one',
    [allow({ Resource: undefined, NotResource: `${bucket}/users/bob/*` } as never)],
    {},
    true,
  ],
  ['and not those', [allow({ Resource: undefined, NotResource: `${bucket}/users/ada/*` } as never)], {}, false],
])

const prefix = (value: string | readonly string[]): Partial<Call> => ({ context: { 's3:prefix': value } })

/* "IAM JSON policy elements: Condition operators". */
cases('conditions of texts', [
  ['StringEquals is the very text', [when({ StringEquals: { 's3:prefix': 'a/b' } })], prefix('a/b'), true],
  ['in the very case', [when({ StringEquals: { 's3:prefix': 'a/b' } })], prefix('A/b'), false],
  ['and knows no wildcards', [when({ StringEquals: { 's3:prefix': 'a/*' } })], prefix('a/b'), false],
  ['StringLike knows them', [when({ StringLike: { 's3:prefix': 'a/*' } })], prefix('a/b'), true],
  ['and begins at the beginning', [when({ StringLike: { 's3:prefix': 'a/*' } })], prefix('x/a/b'), false],
  [
    'StringEqualsIgnoreCase is any case',
    [when({ StringEqualsIgnoreCase: { 's3:prefix': 'A/B' } })],
    prefix('a/b'),
    true,
  ],
  ['any of several values', [when({ StringEquals: { 's3:prefix': ['x', 'a'] } })], prefix('a'), true],
  ['StringNotEquals: none of several', [when({ StringNotEquals: { 's3:prefix': ['x', 'a'] } })], prefix('a'), false],
  ['StringNotLike: none of several', [when({ StringNotLike: { 's3:prefix': ['x*', 'a*'] } })], prefix('b'), true],
  ['names of keys are the same in capitals', [when({ StringEquals: { 'S3:Prefix': 'a' } })], prefix('a'), true],
  [
    'every operator must hold',
    [when({ StringLike: { 's3:prefix': '*' }, Bool: { 'aws:SecureTransport': 'true' } })],
    prefix('a'),
    false,
  ],
  ['every key of one, too', [when({ StringEquals: { 's3:prefix': 'a', 's3:delimiter': '/' } })], prefix('a'), false],
])

cases('keys that the request lacks', [
  ['fail an operator', [when({ StringEquals: { 's3:prefix': 'a' } })], {}, false],
  ['but not a negated one', [when({ StringNotEquals: { 's3:prefix': 'a' } })], {}, true],
  ['nor StringNotLike', [when({ StringNotLike: { 's3:prefix': 'a*' } })], {}, true],
  ['nor one with IfExists', [when({ StringEqualsIfExists: { 's3:prefix': 'a' } })], {}, true],
  ['which counts where the key is there', [when({ StringEqualsIfExists: { 's3:prefix': 'a' } })], prefix('b'), false],
  [
    'a number that is not there is not greater',
    [when({ NumericGreaterThan: { 's3:signatureAge': 1 } }, 'Deny'), allow()],
    {},
    true,
  ],
  ['Null true: it must not be there', [when({ Null: { 's3:prefix': 'true' } })], {}, true],
  ['Null true where it is', [when({ Null: { 's3:prefix': 'true' } })], prefix('a'), false],
  ['Null false: it must', [when({ Null: { 's3:prefix': 'false' } })], {}, false],
])

const keys = (...values: readonly string[]): Partial<Call> => ({ context: { 'dynamodb:LeadingKeys': values } })
const every = when({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['audit', 'seen'] } })
const some = when({ 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['audit*'] } })

/* "Single-valued vs. multivalued context keys". */
cases('keys of several values', [
  ['ForAllValues: each of them is one of these', [every], keys('audit', 'seen'), true],
  ['not where one is not', [every], keys('audit', 'tokens'), false],
  ['also where there are none', [every], keys(), true],
  ['or no key', [every], {}, true],
  ['ForAnyValue: one of them is', [some], keys('tokens', 'audit1'), true],
  ['not where none is', [some], keys('tokens'), false],
  ['nor where there are none', [some], keys(), false],
  ['nor without the key', [some], {}, false],
  ['a denial by ForAllValues takes a request without the key', [allow(), { ...every, Effect: 'Deny' }], {}, false],
])

const owner = (name: string, value?: string): Partial<Call> => ({
  resource: `${bucket}/users/${name}/x`,
  context: value === undefined ? {} : { 'aws:PrincipalTag/owner': value },
})
const own = allow({ Resource: [`${bucket}/users/${variable('aws:PrincipalTag/owner')}/*`] })

/* "IAM policy elements: Variables and tags". That what a value holds is no wildcard is our reading: it does not say so. */
cases('variables', [
  ['stand for what the session is tagged with', [own], owner('ada', 'ada'), true],
  ['and for nobody else', [own], owner('bob', 'ada'), false],
  ['nor for who begins likewise', [own], owner('ada2', 'ada'), false],
  ['without a value nothing matches', [own], owner('ada'), false],
  ['not even the empty text', [own], owner('', undefined), false],
  ['a * in the value is a character', [own], owner('bob', '*'), false],
  ['a ? too', [own], owner('ada', 'ad?'), false],
  [
    'they stand in conditions',
    [when({ StringLike: { 's3:prefix': `${variable('aws:PrincipalTag/owner')}/*` } })],
    { context: { 's3:prefix': 'ada/x', 'aws:PrincipalTag/owner': 'ada' } },
    true,
  ],
  [
    'also of StringEquals',
    [when({ StringEquals: { 's3:prefix': variable('aws:PrincipalTag/owner') } })],
    { context: { 's3:prefix': 'bob', 'aws:PrincipalTag/owner': 'ada' } },
    false,
  ],
  [
    'names of keys are the same in capitals',
    [allow({ Resource: `${bucket}/users/${variable('AWS:principaltag/owner')}/*` })],
    owner('ada', 'ada'),
    true,
  ],
  [
    'a default stands where there is no value',
    [allow({ Resource: `${bucket}/users/${variable("aws:PrincipalTag/owner, 'nobody'")}/*` })],
    owner('nobody'),
    true,
  ],
  [
    'a * among variables is a star',
    [allow({ Resource: `${bucket}/${variable('*')}` })],
    { resource: `${bucket}/*` },
    true,
  ],
  ['and no wildcard', [allow({ Resource: `${bucket}/${variable('*')}` })], { resource: `${bucket}/x` }, false],
])

cases('numbers, truths and ARNs', [
  [
    'NumericLessThan',
    [when({ NumericLessThan: { 's3:TlsVersion': '1.2' } })],
    { context: { 's3:TlsVersion': '1.1' } },
    true,
  ],
  [
    'compares numbers, not texts',
    [when({ NumericLessThan: { 's3:max-keys': 9 } })],
    { context: { 's3:max-keys': '10' } },
    false,
  ],
  [
    'NumericGreaterThan is more',
    [when({ NumericGreaterThan: { 's3:signatureAge': 10 } })],
    { context: { 's3:signatureAge': '10' } },
    false,
  ],
  ['Bool', [when({ Bool: { 'aws:SecureTransport': 'true' } })], { context: { 'aws:SecureTransport': 'true' } }, true],
  [
    'ArnLike takes a star within a part',
    [when({ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:la*' } })],
    { context: { 'aws:SourceArn': 'arn:aws:s3:::lake' } },
    true,
  ],
  [
    'but not over a colon',
    [when({ ArnLike: { 'aws:SourceArn': 'arn:aws:*:lake' } })],
    { context: { 'aws:SourceArn': 'arn:aws:s3:::lake' } },
    false,
  ],
])

describe('what it does not know', () => {
  it('is an error, not a guess', () => {
    const odd = when({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })
    expect(() => isAllowed([odd], { ...get, context: { 'aws:SourceIp': '10.0.0.1' } })).toThrow('IpAddress')
  })

  it('names the statement that decided', () => {
    const denial = deny()
    expect(decide([allow(), denial], get)).toBe(denial)
    expect(decide([allow({ Action: 's3:PutObject' })], get)).toBeUndefined()
  })
})
