import type { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { describe, expect, it } from 'vitest'
import { awsForeignSecrets } from '../../../shared/adapters/aws/foreign-secrets.ts'

const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:team/warehouse-AbCdEf'

/** SSM as it answers to names; each name that was asked for is noted. */
function ssm(answer: (name: string) => string | Error) {
  const asked: string[] = []
  const client = {
    async send({ input }: GetParameterCommand) {
      asked.push(input.Name!)
      expect(input.WithDecryption).toBe(true)
      const found = answer(input.Name!)
      if (found instanceof Error) throw found
      return { Parameter: { Value: found } }
    },
  } as unknown as SSMClient
  return { asked, read: awsForeignSecrets({ client }) }
}

const failure = (name: string) => Object.assign(new Error('not for you: hunter2'), { name })

describe('secrets of AWS', () => {
  it('are parameters by their path, and secrets by the path that SSM has for them', async () => {
    const { asked, read } = ssm((name) => `value of ${name}`)
    expect((await read({ ssm: '/prod/password' }, { fresh: false }))?.reveal()).toBe('value of /prod/password')
    await read({ secretsManager: arn }, { fresh: false })
    expect(asked).toEqual(['/prod/password', '/aws/reference/secretsmanager/team/warehouse'])
  })

  it('are kept for a minute, but where a fresh one is asked for', async () => {
    let value = 'one'
    const { asked, read } = ssm(() => value)
    const get = async (fresh: boolean) => (await read({ ssm: '/a' }, { fresh }))?.reveal()
    expect([await get(false), await get(false)]).toEqual(['one', 'one'])
    value = 'two'
    expect([await get(false), await get(true), await get(false)]).toEqual(['one', 'two', 'two'])
    expect(asked).toHaveLength(2)
  })

  it('are undefined where they are not, and refused where the deployment does not name them', async () => {
    const missing = ssm(() => failure('ParameterNotFound'))
    expect(await missing.read({ ssm: '/a' }, { fresh: false })).toBeUndefined()
    const refused = ssm(() => failure('AccessDeniedException')).read({ ssm: '/a' }, { fresh: false })
    await expect(refused).rejects.toMatchObject({
      code: 'source-refused',
      detail: expect.not.stringContaining('hunter'),
    })
    const busy = ssm(() => failure('ThrottlingException')).read({ ssm: '/a' }, { fresh: false })
    await expect(busy).rejects.toMatchObject({ code: 'busy' })
  })
})
