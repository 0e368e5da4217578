import type * as api from '../api/datasources.ts'
import type { UseCase } from '../api/operation.ts'
import { findDatasource } from './find-datasource.ts'

export const getDatasource: UseCase<typeof api.getDatasource> = async ({ catalog }, { name }) => {
  const { value, revision } = await findDatasource(catalog, name)
  return { body: value, revision }
}
