import { inspect } from 'node:util'
import { DescribeParametersCommand, GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { awsSecrets } from '../../../shared/adapters/aws/secrets.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { outcomes } from '../../contract/contract.ts'
import { ssmClient } from '../../support/aws.ts'
import { describeOn } from '../../support/emulator.ts'
import { brokenConnection, injectFaults, serviceError, type Trouble } from '../../support/faults.ts'
import { moto } from '../../support/moto.ts'

const place = { prefix: '/headgate/test/', keyId: 'alias/headgate' }

describeOn(moto, 'SSM with faults', (endpoint) => {
  const clients: SSMClient[] = []
  afterEach(() => vi.useRealTimers())
  afterAll(() => {
    for (const client of clients) client.destroy()
  })

  /** Secrets whose requests are counted by command, with troubles where asked for. */
  const open = (trouble: (command: string, n: number) => Trouble = () => undefined) => {
    const client = ssmClient(endpoint())
    clients.push(client)
    const counts: Record<string, number> = {}
    injectFaults(client, (command, n) => {
      counts[command] = n
      return trouble(command, n)
    })
    return { client, counts, secrets: awsSecrets({ client, ...place }) }
  }

  it('keeps a SecureString under the given key, by its size standard or advanced (C15)', async () => {
    const { client, secrets } = open()
    await secrets.put('tier/small', new Secret('x'.repeat(4096)))
    await secrets.put('tier/large', new Secret('é'.repeat(2049)))
    const { Parameters = [] } = await client.send(new DescribeParametersCommand({}))
    const found = Parameters.filter((each) => each.Name?.includes('/tier/')).map((each) => [
      each.Name,
      each.Type,
      each.KeyId,
      each.Tier,
    ])
    expect(found.sort()).toEqual([
      ['/headgate/test/tier/large', 'SecureString', 'alias/headgate', 'Advanced'],
      ['/headgate/test/tier/small', 'SecureString', 'alias/headgate', 'Standard'],
    ])
  })

  it('keeps a parameter advanced that once was', async () => {
    const tiers: unknown[] = []
    const { client, secrets } = open()
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'PutParameterCommand') return next(args)
          const { Tier } = args.input as { Tier?: string }
          tiers.push(Tier)
          if (Tier === 'Standard' && tiers.includes('Advanced')) throw serviceError('ValidationException', 400)
          return next(args)
        },
      { step: 'initialize', name: 'noDowngrade' },
    )
    await secrets.put('down', new Secret('x'.repeat(5000)))
    await secrets.put('down', new Secret('short'))
    expect(tiers).toEqual(['Advanced', 'Standard', 'Advanced'])
    expect((await secrets.get('down'))?.reveal()).toBe('short')
  })

  it('sends no double braces, which SSM refuses, and gives them back', async () => {
    const { client, secrets } = open()
    const values = ['{{ssm:other}}', 'a{{{%7b{%25}}', 'headgate-escaped:{{', 'headgate-escaped:%7b', '%7b%25']
    for (const value of values) {
      await secrets.put('braces', new Secret(value))
      const raw = await client.send(new GetParameterCommand({ Name: '/headgate/test/braces', WithDecryption: true }))
      expect(raw.Parameter?.Value).not.toContain('{{')
      expect((await secrets.get('braces'))?.reveal()).toBe(value)
    }
    await expect(secrets.put('braces', new Secret('{'.repeat(8192)))).rejects.toMatchObject({ code: 'too-large' })
  })

  it('reads once for many who ask at once, and then not for a minute', async () => {
    await open().secrets.put('cached', new Secret('one'))
    const { counts, secrets } = open()
    const all = await Promise.all(Array.from({ length: 50 }, () => secrets.get('cached')))
    expect(all.map((each) => each?.reveal())).toEqual(Array(50).fill('one'))
    await secrets.get('cached')
    expect(counts.GetParameterCommand).toBe(1)
    await open().secrets.put('cached', new Secret('two'))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 59_000 })
    expect((await secrets.get('cached'))?.reveal()).toBe('one')
    vi.setSystemTime(Date.now() + 2000)
    expect((await secrets.get('cached'))?.reveal()).toBe('two')
    expect(counts.GetParameterCommand).toBe(2)
  })

  it('keeps nothing for longer than 300 seconds, nor that nothing was there', async () => {
    const { client } = open()
    const secrets = awsSecrets({ client, ...place, cacheMs: 1e12 })
    expect(await secrets.get('aged')).toBeUndefined()
    await open().secrets.put('aged', new Secret('one'))
    expect((await secrets.get('aged'))?.reveal()).toBe('one')
    await open().secrets.put('aged', new Secret('two'))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 })
    expect((await secrets.get('aged'))?.reveal()).toBe('two')
  })

  it('keeps no value that was read before a write of its own', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    const { client, secrets } = open()
    await secrets.put('raced', new Secret('old'))
    let isFirst = true
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const reply = await next(args)
          if (commandName === 'GetParameterCommand' && isFirst) {
            isFirst = false
            answer()
            await held
          }
          return reply
        },
      { step: 'initialize', name: 'hold' },
    )
    const early = secrets.get('raced')
    await answered
    await secrets.put('raced', new Secret('new'))
    expect((await secrets.get('raced'))?.reveal()).toBe('new')
    release()
    expect((await early)?.reveal()).toBe('old')
    expect((await secrets.get('raced'))?.reveal()).toBe('new')
  })

  it('serves 200 cold starts at 40 reads a second (F12)', async () => {
    await open().secrets.put('cold', new Secret('value'))
    const begun = Date.now()
    let taken = 0
    const quota = () => {
      if (taken >= 40 + ((Date.now() - begun) / 1000) * 40) return serviceError('ThrottlingException', 400)
      taken++
      return undefined
    }
    const starts = Array.from({ length: 200 }, () => {
      const { secrets } = open((command) => {
        const error = command === 'GetParameterCommand' ? quota() : undefined
        return error && { when: 'before', error }
      })
      return secrets.get('cold')
    })
    expect(await outcomes(starts)).toEqual({ done: 200 })
  })

  it('says busy where SSM stays throttled, and is sound again later', async () => {
    let isDown = true
    const { secrets } = open(() =>
      isDown ? { when: 'before', error: serviceError('TooManyUpdates', 400) } : undefined,
    )
    await expect(secrets.put('later', new Secret('x'))).rejects.toMatchObject({ code: 'busy', retryAfter: 1 })
    isDown = false
    await secrets.put('later', new Secret('x'))
    expect((await secrets.get('later'))?.reveal()).toBe('x')
  })

  it('tells rightly what became of a write whose answer was lost (F9)', async () => {
    const { secrets } = open((command, n) =>
      command !== 'GetParameterCommand' && n % 2 === 1 ? { when: 'after', error: brokenConnection() } : undefined,
    )
    await secrets.put('lost', new Secret('x'))
    expect((await secrets.get('lost'))?.reveal()).toBe('x')
    await secrets.delete('lost')
    expect(await secrets.get('lost')).toBeUndefined()
  })

  it('shows no value in a fault, whatever SSM answered', async () => {
    const canary = 'canary-55d1'
    const { secrets } = open((command) =>
      command === 'PutParameterCommand'
        ? { when: 'before', error: serviceError('AccessDeniedException', 400) }
        : undefined,
    )
    const refused = await secrets.put('a', new Secret(canary)).catch((thrown) => thrown)
    expect(refused).toMatchObject({ code: 'internal' })
    const nowhere = ssmClient('http://127.0.0.1:9', { maxAttempts: 1 })
    const unreached = await awsSecrets({ client: nowhere, ...place })
      .put('a', new Secret(canary))
      .catch((thrown) => thrown)
    expect(unreached).toMatchObject({ code: 'busy' })
    nowhere.destroy()
    // Names below /ssm/ are refused by the service itself.
    const answered = await awsSecrets({ client: open().client, ...place, prefix: '/ssm/' })
      .put('a', new Secret(canary))
      .catch((thrown) => thrown)
    expect(answered).toMatchObject({ code: 'internal' })
    for (const thrown of [refused, unreached, answered]) {
      expect(inspect(thrown, { depth: 12, showHidden: true })).not.toContain(canary)
    }
  })
})
