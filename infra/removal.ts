import { RemovalPolicy } from 'aws-cdk-lib'
import { keepsData, type Settings } from './config.ts'

/** What becomes of data when the stack goes: production keeps it, and protects it from being deleted by itself. */
export function removal(settings: Settings): { readonly removalPolicy: RemovalPolicy; readonly isKept: boolean } {
  const isKept = keepsData(settings)
  return { isKept, removalPolicy: isKept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY }
}
