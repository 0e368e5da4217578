import type { CallReply, ItemOf } from '../../clients/typescript/call-types.ts'

/** What the API answers with, under the names that the app calls it by. */
export type Me = CallReply<'getMe'>
export type Role = Me['role']
export type Scope = Me['scopes'][number]
export type Source = ItemOf<'listSources'>
export type SourceDescription = CallReply<'getSource'>
export type Table = ItemOf<'listTables'>
export type TableDescription = CallReply<'describeTable'>
export type Rows = CallReply<'readRows'>
export type Column = Rows['columns'][number]
export type Row = Rows['rows'][number]
export type SourceObject = ItemOf<'listSourceObjects'>
export type SourceOperation = ItemOf<'listSourceOperations'>
export type OperationDescription = CallReply<'describeSourceOperation'>
export type OperationReply = CallReply<'callSourceOperation'>
export type JsonSchema = Readonly<Record<string, unknown>>
export type Kind = ItemOf<'listKinds'>
export type Connector = CallReply<'getConnector'>
export type Check = CallReply<'checkConnector'>
export type Datasource = CallReply<'getDatasource'>
export type Snapshot = CallReply<'getSnapshot'>
export type Group = CallReply<'getGroup'>
export type SchemaChange = CallReply<'diffVersions'>['changes'][number]
export type Dataset = ItemOf<'listDatasets'>
export type Version = ItemOf<'listVersions'>
export type Statistics = CallReply<'countDataset'>
export type DatasetFile = ItemOf<'listFiles'>
export type Exporter = CallReply<'getExporter'>
export type Export = CallReply<'getExport'>
export type ObjectItem = ItemOf<'listUserObjects'>
export type Upload = ItemOf<'listUploads'>
export type SecretName = ItemOf<'listSecrets'>
export type Token = ItemOf<'listTokens'>
export type Member = ItemOf<'listMembers'>
export type AuditEntry = ItemOf<'listAudit'>
export type Found = CallReply<'search'>['items'][number]
