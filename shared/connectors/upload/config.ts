import * as z from 'zod'
import { FileSelection } from '../files/selection.ts'

export const Config = z.strictObject({})

export const Credential = z.strictObject({})

export const Selection = FileSelection
