import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './support/code.ts'

/** Of ASVS 5.0.0: each section's requirements in their order, as the levels that they are of. */
const standard: Readonly<Record<string, string>> = {
  '1.1': '22',
  '1.2': '1111122223',
  '1.3': '112222222223',
  '1.4': '222',
  '1.5': '123',
  '2.1': '122',
  '2.2': '112',
  '2.3': '12223',
  '2.4': '23',
  '3.1': '3',
  '3.2': '113',
  '3.3': '12223',
  '3.4': '11222233',
  '3.5': '11122333',
  '3.6': '3',
  '3.7': '22333',
  '4.1': '12233',
  '4.2': '23333',
  '4.3': '22',
  '4.4': '1222',
  '5.1': '2',
  '5.2': '112333',
  '5.3': '113',
  '5.4': '222',
  '6.1': '122',
  '6.2': '111111112222',
  '6.3': '11223333',
  '6.4': '112233',
  '6.5': '22222333',
  '6.6': '2223',
  '6.7': '33',
  '6.8': '2222',
  '7.1': '222',
  '7.2': '1111',
  '7.3': '22',
  '7.4': '11222',
  '7.5': '223',
  '7.6': '22',
  '8.1': '1233',
  '8.2': '1123',
  '8.3': '133',
  '8.4': '23',
  '9.1': '111',
  '9.2': '1222',
  '10.1': '22',
  '10.2': '223',
  '10.3': '22223',
  '10.4': '1111122222233333',
  '10.5': '22222',
  '10.6': '22',
  '10.7': '222',
  '11.1': '2233',
  '11.2': '22233',
  '11.3': '11233',
  '11.4': '1222',
  '11.5': '23',
  '11.6': '23',
  '11.7': '33',
  '12.1': '12233',
  '12.2': '11',
  '12.3': '22223',
  '13.1': '2333',
  '13.2': '222223',
  '13.3': '2233',
  '13.4': '1222233',
  '14.1': '22',
  '14.2': '12223333',
  '14.3': '122',
  '15.1': '12233',
  '15.2': '12233',
  '15.3': '1222222',
  '15.4': '3333',
  '16.1': '2',
  '16.2': '22222',
  '16.3': '2222',
  '16.4': '222',
  '16.5': '2223',
  '17.1': '23',
  '17.2': '22223333',
  '17.3': '22',
}

const asked = Object.entries(standard).flatMap(([section, levels]) =>
  [...levels].map((level, i) => [`${section}.${i + 1}`, level] as const).filter(([, level]) => level !== '3'),
)

const text = readFileSync(join(root, 'docs/asvs.md'), 'utf8')
const rows = [...text.matchAll(/^\| ([\d.]+) \| (\d) \| ([^|]+) \| ([^|]*) \| ([^|]*) \|$/gm)].map(
  ([, id, level, state, how, links]) => ({
    id: id!,
    level: level!,
    state: state!,
    how: how!.trim(),
    links: links!.trim(),
  }),
)

describe('the table of ASVS', () => {
  it('has every requirement of levels 1 and 2, once, in order', () => {
    expect(asked).toHaveLength(253)
    expect(rows.map(({ id, level }) => [id, level])).toEqual(asked)
  })

  it('says how each stands, and counts them', () => {
    const count = (wanted: string) => rows.filter(({ state }) => state === wanted).length
    const states = ['met', 'partly', 'not met', 'aws', 'n/a']
    expect(rows.filter(({ state, how }) => !states.includes(state) || how === '')).toEqual([])
    const [met, partly, not, aws, none] = states.map(count)
    expect(text).toContain(`${met} are met, ${partly} partly, ${not} not, ${aws} are AWS's, ${none} do not apply.`)
  })

  it('shows what it calls met, by files that are there', () => {
    expect(rows.filter(({ state, links }) => state === 'met' && links === '').map(({ id }) => id)).toEqual([])
    const linked = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, to]) => to!)
    expect(linked.length).toBeGreaterThan(150)
    expect(linked.filter((to) => !existsSync(join(root, 'docs', to)))).toEqual([])
  })
})
