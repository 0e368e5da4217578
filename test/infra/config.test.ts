import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Config, defineConfig, fullName, keepsData } from '../../infra/config.ts'
import { root } from '../support/code.ts'

describe('the configuration', () => {
  it('has a default for every key, or does without it', () => {
    expect(defineConfig({})).toEqual({
      name: 'Headgate',
      stage: 'production',
      allow: [],
      readable: [],
      roles: [],
      auditDays: 365,
      logDays: 30,
      restoreDays: 30,
      workers: null,
      requestsPerSecond: 100,
    })
  })

  it('has a sentence for every key, and for every key within', () => {
    const sentences = (shape: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] =>
      Object.entries(shape).flatMap(([key, schema]) => {
        const { description } = schema as { description?: string }
        const inner = innermost(schema)
        return [[key, description] as const, ...(inner ? sentences(inner) : [])]
      })
    for (const [key, description] of sentences(Config.shape)) expect(description, key).toMatch(/\.$/)
  })

  it.each([
    [{ stage: 'Prod' }, 'stage'],
    [{ name: 'my headgate' }, 'name'],
    [{ colour: 'red' }, 'colour'],
    [{ allow: ['10.0.0.0/8'] }, '10.0.0.0/8'],
    [{ allow: ['169.254.169.254:80'] }, '169.254.169.254'],
    [{ logDays: 31 }, 'logDays'],
    [{ network: { vpcId: 'vpc-1', subnetIds: [] } }, 'subnetIds'],
    [{ domain: { name: 'https://data.example.org', certificateArn: 'arn:aws:acm:us-east-1:1:certificate/x' } }, 'name'],
    [{ domain: { name: 'data.example.org', certificateArn: 'arn:aws:acm:eu-west-1:1:certificate/x' } }, 'us-east-1'],
    [{ signIn: { issuer: 'http://id.example.org', clientId: 'x', jwksUri: 'https://id.example.org/keys' } }, 'issuer'],
    [{ readable: ['prod/db'] }, 'readable'],
    [{ roles: ['headgate-reader'] }, 'roles'],
    [{ monthlyBudget: 10 }, 'alarmEmail'],
  ])('refuses %j, naming what is wrong', (config, named) => {
    expect(() => defineConfig(config as never)).toThrow(named)
  })

  it('names what it deploys after its stage, and keeps the data of production', () => {
    expect(fullName(defineConfig({}))).toBe('Headgate')
    expect(fullName(defineConfig({ name: 'Lab', stage: 'dev' }))).toBe('Lab-dev')
    expect(keepsData(defineConfig({}))).toBe(true)
    expect(keepsData(defineConfig({ stage: 'dev' }))).toBe(false)
    expect(keepsData(defineConfig({ stage: 'dev', keepsData: true }))).toBe(true)
  })
})

/** The keys of an object behind `optional` and `default`. */
function innermost(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const { shape, def } = schema as { shape?: Record<string, unknown>; def?: { innerType?: unknown } }
  return shape ?? (def?.innerType === undefined ? undefined : innermost(def.innerType))
}

describe('the document', () => {
  it('says of every key what the schema says', () => {
    const document = readFileSync(join(root, 'docs/deploying.md'), 'utf8')
    const lines = (shape: Readonly<Record<string, unknown>>, prefix = ''): readonly string[] =>
      Object.entries(shape).flatMap(([key, schema]) => {
        const inner = innermost(schema)
        const { description } = schema as { description: string }
        return [`| \`${prefix}${key}\` | ${description} |`, ...(inner ? lines(inner, `${prefix}${key}.`) : [])]
      })
    for (const line of lines(Config.shape)) expect(document).toContain(line)
  })
})
