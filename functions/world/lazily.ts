/** Makes a thing when it is first asked for and keeps it: importing a function does nothing. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
