/** Runs what asks a server, and words what the server did. */
export const tellingBy =
  (toFault: (error: unknown) => unknown) =>
  async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run()
    } catch (error) {
      throw toFault(error)
    }
  }
