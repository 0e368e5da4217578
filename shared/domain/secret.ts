import { inspect } from 'node:util'

const mark = '[secret]'

/** A value that can be used but not seen: printing, logging or serialising it shows a mark instead. */
export class Secret<T = string> {
  readonly #value: T
  constructor(value: T) {
    this.#value = value
  }
  /** The value itself. Call it where the value is used, and keep the result in no field, message or log. */
  reveal(): T {
    return this.#value
  }
  toJSON(): string {
    return mark
  }
  toString(): string {
    return mark
  }
  [inspect.custom](): string {
    return mark
  }
}
