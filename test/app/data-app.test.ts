import { afterAll, beforeAll, describe } from 'vitest'
import { noBrowser } from '../support/browser.ts'
import { testPostgres } from '../support/postgres.ts'
import { exportsJourneys } from './exports.ts'
import { looksTests } from './looks.ts'
import { millionRowsTests } from './million.ts'
import { type App, openApp } from './open-app.ts'
import { pictures } from './pictures.ts'
import { recordsJourneys } from './records.ts'
import { safetyTests } from './safety.ts'
import { signInTests } from './sign-in.ts'
import { sourcesJourneys } from './sources.ts'

/** What exporters write to. */
const server = noBrowser === undefined ? await testPostgres() : undefined

const name = noBrowser === undefined ? 'the Data App' : `the Data App (skipped: ${noBrowser})`

describe.skipIf(noBrowser !== undefined)(name, () => {
  let opened: App
  beforeAll(async () => {
    opened = await openApp(`${server!.host}:${server!.port}`)
  })
  afterAll(() => opened?.stop())
  const app = () => opened

  describe('sources', () => sourcesJourneys(app))
  describe('records', () => recordsJourneys(app))
  describe('exports', () => exportsJourneys(app, () => server!))
  describe('pictures', () => pictures(app))
  describe('safety', () => safetyTests(app))
  describe('signing in', () => signInTests(app))
  describe('looks', () => looksTests(app))
  describe('a million rows', () => millionRowsTests(app))
})
