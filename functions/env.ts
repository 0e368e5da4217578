import { Fault } from '../shared/domain/faults.ts'

/** A variable that the deployment sets for every function whose needs ask for it. */
export function env(name: `HEADGATE_${string}`): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Fault('internal', `This function lacks the variable ${name}.`)
  return value
}
