import { keepAudit } from '../../shared/api/keep-audit.ts'
import { env } from '../env.ts'
import { catalog } from './catalog.ts'
import { lazily } from './lazily.ts'

export const audit = lazily(() => keepAudit(catalog(), Number(env('HEADGATE_AUDIT_DAYS'))))
