import type { OperationId } from '../../shared/api/index.ts'
import type { CallOptions } from '../support/platform.ts'

/** What is sent besides the method and path. `path` fills the places of the operation's path, encoded. */
export interface Sent extends Pick<CallOptions, 'body' | 'bytes' | 'headers'> {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: string
}

/** Makes a thing of whoever calls, and gives its id. */
export type Make = (
  call: (method: string, target: string, options?: CallOptions) => Promise<{ json: { id: string } }>,
) => Promise<string>

export interface Row {
  readonly send: (id: string) => Sent
  /** The thing belongs to one user: what is another's must be answered as what is not there. */
  readonly owned?: Make
  /** Its answer names things of one user: those of others must not be among them. */
  readonly lists?: Make
  /** It is about one connector: a token of another one must find nothing. */
  readonly connector?: true
}

const text = (value: string) => new TextEncoder().encode(value)
let made = 0

const pipeline: Make = async (call) => {
  const { id } = (await call('POST', '/v1/pipelines', { body: {} })).json
  await call('PUT', `/v1/objects/pipelines/${id}/thing`, { bytes: text('x') })
  return id
}
const upload: Make = async (call) => (await call('POST', '/v1/uploads', { body: { path: 'user/large' } })).json.id
const secret: Make = async (call) => {
  const key = `KEY_${++made}`
  await call('PUT', `/v1/secrets/user/${key}`, { body: { value: 'x' } })
  return key
}
const object: Make = async (call) => {
  const name = `object-${++made}`
  await call('PUT', `/v1/objects/user/${name}`, { bytes: text('x') })
  return name
}
const token: Make = async (call) => (await call('POST', '/v1/tokens', { body: { name: 'x', days: 1 } })).json.id

/** A search tells the path of what it finds. */
const found: Make = async (call) => `user/${await object(call)}`

const nothing = { send: () => ({}) }
const listing = { send: () => ({ query: '?limit=1000' }) }
const named = (name: string): Row => ({ send: () => ({ path: { name } }) })
const ofSource = (more: Sent = {}): Row => ({
  connector: true,
  send: (id) => ({ ...more, path: { ...more.path, source: id, name: id } }),
})
const ofPipeline = (more: Omit<Sent, 'path'> = {}): Row => ({
  owned: pipeline,
  send: (id) => ({ ...more, path: { path: `pipelines/${id}/thing` } }),
})
const byId = (owned: Make, more: Omit<Sent, 'path'> = {}): Row => ({ owned, send: (id) => ({ ...more, path: { id } }) })
const always = { 'if-match': '*' }
const version = { path: { name: 'nothing', version: '1' } }

/** How each operation is tried. An operation that is not here fails the test: somebody must think of whom it serves. */
export const rows: Readonly<Record<OperationId, Row>> = {
  getHealth: nothing,
  getOpenapi: nothing,
  getMe: nothing,
  listSources: nothing,
  getSource: ofSource(),
  listDatabases: ofSource(),
  listTables: ofSource(),
  describeTable: ofSource({ path: { table: 'boxes' } }),
  readRows: ofSource({ path: { table: 'boxes' } }),
  runQuery: ofSource({ body: { sql: 'select 1' } }),
  listSourceObjects: ofSource(),
  readSourceObject: ofSource({ path: { key: 'thing' } }),
  headSourceObject: ofSource({ path: { key: 'thing' } }),
  listSourceOperations: ofSource(),
  describeSourceOperation: ofSource({ path: { operationId: 'thing' } }),
  callSourceOperation: ofSource({ path: { operationId: 'thing' }, body: {} }),
  listKinds: nothing,
  listConnectors: nothing,
  createConnector: { send: () => ({ body: {} }) },
  getConnector: ofSource(),
  updateConnector: ofSource({ headers: always, body: { title: 'Title' } }),
  deleteConnector: { send: () => ({ path: { name: 'nothing' }, headers: always }) },
  checkConnector: ofSource(),
  readUrl: { send: () => ({ body: { url: 's3://bucket' } }) },
  checkValues: { send: () => ({ body: {} }) },
  listDatasources: nothing,
  createDatasource: { send: () => ({ body: {} }) },
  getDatasource: named('nothing'),
  updateDatasource: { send: () => ({ path: { name: 'nothing' }, headers: always, body: {} }) },
  deleteDatasource: { send: () => ({ path: { name: 'nothing' }, headers: always }) },
  checkDatasource: named('nothing'),
  previewDatasource: named('nothing'),
  createSnapshot: named('nothing'),
  listSnapshots: named('nothing'),
  getSnapshot: { send: () => ({ path: { id: 'nothing' } }) },
  watchSnapshot: { send: () => ({ path: { id: 'nothing' } }) },
  createGroup: { send: () => ({ body: {} }) },
  getGroup: { send: () => ({ path: { id: 'nothing' } }) },
  cancelSnapshot: { send: () => ({ path: { id: 'nothing' } }) },
  getSchedule: named('nothing'),
  putSchedule: { send: () => ({ path: { name: 'nothing' }, body: { every: 'daily' } }) },
  deleteSchedule: named('nothing'),
  listSchedules: nothing,
  listRuns: nothing,
  listWebhooks: nothing,
  createWebhook: { send: () => ({ body: {} }) },
  deleteWebhook: { send: () => ({ path: { id: 'nothing' } }) },
  listDeliveries: { send: () => ({ path: { id: 'nothing' } }) },
  listDatasets: nothing,
  createDataset: {
    owned: pipeline,
    send: (id) => ({ query: `?name=copied&file=a.csv&object=pipelines/${id}/thing`, bytes: new Uint8Array() }),
  },
  getDataset: named('nothing'),
  deleteDataset: { send: () => ({ path: { name: 'nothing' }, headers: always }) },
  listVersions: named('nothing'),
  getVersion: { send: () => version },
  deleteVersion: { send: () => version },
  pinVersion: { send: () => ({ path: { name: 'nothing' }, body: { version: 1, pinned: true } }) },
  diffVersions: { send: () => version },
  previewRetention: named('nothing'),
  readDataset: named('nothing'),
  countDataset: named('nothing'),
  readHead: named('nothing'),
  listFiles: named('nothing'),
  downloadDataset: named('nothing'),
  rollBackDataset: { send: () => ({ path: { name: 'nothing' }, headers: always, body: { version: 1 } }) },
  verifyDataset: named('nothing'),
  listExporters: nothing,
  createExporter: { send: () => ({ body: {} }) },
  getExporter: named('nothing'),
  updateExporter: { send: () => ({ path: { name: 'nothing' }, headers: always, body: {} }) },
  deleteExporter: { send: () => ({ path: { name: 'nothing' }, headers: always }) },
  createExport: { send: () => ({ path: { name: 'nothing' }, body: { dataset: 'nothing' } }) },
  listExports: named('nothing'),
  getExport: { send: () => ({ path: { id: 'nothing' } }) },
  cancelExport: { send: () => ({ path: { id: 'nothing' } }) },
  listUserObjects: { ...listing, lists: object },
  listPipelineObjects: byId(pipeline),
  readObject: ofPipeline(),
  headObject: ofPipeline(),
  putObject: ofPipeline({ bytes: text('x') }),
  deleteObject: ofPipeline(),
  copyObjects: {
    owned: pipeline,
    send: (id) => ({ body: { from: `pipelines/${id}/thing`, to: 'user/copied' } }),
  },
  listUploads: { ...listing, lists: upload },
  createUpload: { owned: pipeline, send: (id) => ({ body: { path: `pipelines/${id}/large` } }) },
  getUpload: byId(upload),
  signParts: byId(upload, { body: { numbers: [1] } }),
  completeUpload: byId(upload, { body: { parts: [{ number: 1, etag: 'x' }] } }),
  abortUpload: byId(upload),
  listPipelines: { ...listing, lists: pipeline },
  createPipeline: { send: () => ({ body: {} }) },
  getPipeline: byId(pipeline),
  archivePipeline: byId(pipeline),
  listSecrets: { ...listing, lists: secret },
  putSecret: { send: () => ({ path: { scope: 'user', key: 'PUT' }, body: { value: 'x' } }) },
  deleteSecret: { owned: secret, send: (key) => ({ path: { scope: 'user', key } }) },
  putSecrets: { send: () => ({ body: { secrets: [{ key: 'PUT', value: 'x' }] } }) },
  deleteSecrets: { send: () => ({ body: { secrets: [{ key: 'PUT' }] } }) },
  listTokens: { ...listing, lists: token },
  createToken: { send: () => ({ body: { name: 'x', days: 1 } }) },
  deleteToken: byId(token),
  requestDevice: { send: () => ({ body: {} }) },
  takeDeviceToken: { send: () => ({ body: { deviceCode: 'nothing' } }) },
  getDevice: { send: () => ({ path: { userCode: 'BBBB-BBBB' } }) },
  answerDevice: { send: () => ({ path: { userCode: 'BBBB-BBBB' }, body: { approve: true } }) },
  listMembers: nothing,
  putMember: { send: () => ({ path: { id: 'somebody' }, body: { role: 'viewer' } }) },
  listAudit: nothing,
  search: { send: () => ({ query: '?q=object&limit=1000' }), lists: found },
}
