import type { Column, FixedValues } from '../../domain/batch.ts'

/** How a column is laid out in memory, and the kind's own word for how its values are decoded. */
export interface Shape<Coding extends string> {
  readonly coding: Coding
  readonly layout: 'words' | 'pairs' | 'octets' | 'sixteens' | 'bytes' | 'list'
  /** Words or pairs that are floating-point numbers. */
  readonly isFloat?: boolean
  /** Digits after the point of a decimal. */
  readonly scale?: number
  /** Of a list's items. */
  readonly of?: Shape<Coding>
}

/**
 * The memory of one column while a batch is filled, used again for the next one. One shape for every type, so that
 * the loop over columns stays fast: `words` views the values as 32-bit words (one a row, or two), `octets` as bytes
 * (one a row, or sixteen), `offsets` and `data` hold what has no fixed width.
 */
export interface Slots<Coding extends string = string> {
  readonly coding: Coding
  readonly layout: Shape<Coding>['layout']
  readonly isFloat: boolean
  readonly scale: number
  capacity: number
  values: FixedValues
  words: Int32Array
  octets: Uint8Array
  offsets: Int32Array
  data: Uint8Array
  /** The same bytes. */
  dataView: DataView
  /** Bytes, or items, in use. */
  used: number
  validity: Uint8Array
  nulls: number
  readonly items: Slots<Coding> | undefined
}

const keptDataBytes = 8 << 20
const nothing = { words: new Int32Array(0), octets: new Uint8Array(0), offsets: new Int32Array(0) }
const noView = new DataView(new ArrayBuffer(0))

export function createSlots<Coding extends string>(shape: Shape<Coding>, capacity: number): Slots<Coding> {
  const slots: Slots<Coding> = {
    coding: shape.coding,
    layout: shape.layout,
    isFloat: shape.isFloat ?? false,
    scale: shape.scale ?? 0,
    capacity: 0,
    values: nothing.words,
    ...nothing,
    data: nothing.octets,
    dataView: noView,
    used: 0,
    validity: nothing.octets,
    nulls: 0,
    items: shape.of && createSlots(shape.of, 64),
  }
  growSlots(slots, capacity)
  if (slots.layout === 'bytes') setData(slots, new Uint8Array(capacity * 16))
  return slots
}

/** Makes room for that many rows at least, keeping what is there. */
export function growSlots(slots: Slots, rows: number): void {
  const capacity = Math.max(rows, 2 * slots.capacity)
  const validity = new Uint8Array(capacity).fill(1)
  validity.set(slots.validity)
  slots.validity = validity
  slots.capacity = capacity
  if (slots.layout === 'bytes' || slots.layout === 'list') {
    const offsets = new Int32Array(capacity + 1)
    offsets.set(slots.offsets)
    slots.offsets = offsets
    return
  }
  const bytes = new Uint8Array(capacity * { words: 4, pairs: 8, octets: 1, sixteens: 16 }[slots.layout])
  bytes.set(new Uint8Array(slots.values.buffer))
  slots.octets = bytes
  if (slots.layout === 'words' || slots.layout === 'pairs') slots.words = new Int32Array(bytes.buffer)
  slots.values = valuesOf(slots, bytes)
}

function valuesOf({ isFloat, layout }: Slots, bytes: Uint8Array<ArrayBuffer>): FixedValues {
  if (layout === 'words') return isFloat ? new Float32Array(bytes.buffer) : new Int32Array(bytes.buffer)
  if (layout === 'pairs' && isFloat) return new Float64Array(bytes.buffer)
  return layout === 'pairs' ? new BigInt64Array(bytes.buffer) : bytes
}

/** Makes room for that many bytes more of data, keeping what is there. */
export function growData(slots: Slots, more: number): void {
  const data = new Uint8Array(Math.max(slots.used + more, 2 * slots.data.length))
  data.set(slots.data.subarray(0, slots.used))
  setData(slots, data)
}

function setData(slots: Slots, data: Uint8Array<ArrayBuffer>): void {
  slots.data = data
  slots.dataView = new DataView(data.buffer)
}

/** Empties it for the next batch. Memory that one huge value needed is given back. */
export function resetSlots(slots: Slots): void {
  slots.used = 0
  if (slots.nulls > 0) slots.validity.fill(1)
  slots.nulls = 0
  if (slots.data.length > keptDataBytes) setData(slots, new Uint8Array(slots.capacity * 16))
  if (slots.items) resetSlots(slots.items)
}

/** The filled slots as a batch's column. */
export function present(slots: Slots): Column {
  const validity = slots.nulls > 0 ? slots.validity : undefined
  switch (slots.layout) {
    case 'bytes':
      return { layout: 'bytes', offsets: slots.offsets, data: slots.data, validity }
    case 'list':
      return { layout: 'list', offsets: slots.offsets, items: present(slots.items!), validity }
    default:
      return { layout: 'fixed', values: slots.values, validity }
  }
}
