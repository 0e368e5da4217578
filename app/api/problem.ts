/** A failed call, as `application/problem+json` tells it, or as the network does. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly code: string
  readonly title: string
  readonly hint: string | null
  readonly requestId: string | null
  /** What is wrong with which field of the request: JSON pointers that begin with `/body/`. */
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]

  constructor(status: number, problem: Partial<ApiProblem> & { readonly detail?: string }) {
    super(problem.detail ?? problem.title ?? `The server answered with ${status}.`)
    this.status = status
    this.code = problem.code ?? 'internal'
    this.title = problem.title ?? 'It did not work'
    this.hint = problem.hint ?? null
    this.requestId = problem.requestId ?? null
    this.errors = problem.errors ?? []
  }
}

/** Anything thrown, as a problem that can be shown. */
export function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown
  if (thrown instanceof TypeError)
    return new ApiProblem(0, {
      code: 'network',
      title: 'The server did not answer',
      detail: 'The request did not get through.',
      hint: 'See whether Headgate is still running and you are online, then try again.',
    })
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return new ApiProblem(0, { code: 'app', title: 'The app failed', detail })
}
