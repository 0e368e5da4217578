export type { OperationId } from '../../shared/api/index.ts'
export type { Filter } from '../../shared/domain/filter.ts'
export type { BodyOf, CallInput, CallOptions, CallReply, ItemOf, ListId, Names } from './call-types.ts'
export {
  AddressNotAllowed,
  ApiError,
  AuthorizationPending,
  Busy,
  CallerError,
  Cancelled,
  ColumnsChanged,
  Conflict,
  ConnectionFailed,
  ExportFailed,
  Forbidden,
  HeadgateError,
  Internal,
  InvalidRequest,
  LoginDenied,
  LoginExpired,
  MethodNotAllowed,
  NotAcceptable,
  NotFound,
  NotOffered,
  PipelineRequired,
  PreconditionFailed,
  PreconditionRequired,
  RangeNotSatisfiable,
  ServerError,
  SlowDown,
  SnapshotFailed,
  SourceChanged,
  SourceError,
  SourceFailed,
  SourceRefused,
  SourceTimeout,
  SourceUnreachable,
  TimedOut,
  TooLarge,
  Unauthenticated,
  UnsupportedMediaType,
  ValueNotRepresentable,
} from './errors.ts'
export { Headgate } from './headgate.ts'
export { type Page, Pages } from './pages.ts'
export { Dataset, type Which } from './resources/dataset.ts'
export type { Export } from './resources/exports.ts'
export { type Group, isEnded, type Snapshot } from './resources/snapshots.ts'
export { type FileWindow, Source, SourceObject, Table } from './resources/source.ts'
export type { DatasetFile } from './resources/upload-dataset.ts'
export { type Row, type RowFormat, Rows, type RowsPage, type Window } from './rows.ts'
export { download, type Progress, type UploadOptions } from './transfer.ts'
export { etagOf, isOperation, type Settings } from './transport.ts'
export { and, column, not, or } from './where.ts'
