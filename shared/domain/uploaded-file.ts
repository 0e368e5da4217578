import { Name } from './connector.ts'

/** Where files are kept that were uploaded to become datasets. */
export const uploadedPrefix = 'uploaded/'

/** The connector of those files. */
export const uploadsConnector = Name.parse('uploads')

/** The kind of that connector, by which a datasource is known as one of an upload. */
export const uploadKind = 'upload'
