export interface Pet {
  readonly id: number
  readonly category: { readonly id: number; readonly name: string }
  readonly name: string
  readonly photoUrls: readonly string[]
  readonly tags: readonly { readonly id: number; readonly name: string }[]
  readonly status: string
}

export interface Order {
  readonly id: number
  readonly petId: number
  readonly quantity: number
  readonly status: string
  readonly complete: boolean
}

export interface Shop {
  readonly pets: Map<number, Pet>
  readonly orders: Map<number, Order>
  /** Adds a pet, or puts one in the place of another of its id. */
  put(pet: Omit<Pet, 'id'> & { readonly id?: number }): Pet
  order(order: Omit<Order, 'id'> & { readonly id?: number }): Order
  /** How many pets there are of each status. */
  inventory(): Record<string, number>
}

const names = ['Ada', 'Bello', 'Cleo', 'Dixie', 'Enzo', 'Fips', 'Greta', 'Hasso', 'Ilse', 'Jerry', 'Kira', 'Luna']
const categories = ['Dogs', 'Cats', 'Rabbits', 'Birds']
const tags = ['calm', 'lively', 'young', 'old', 'rare']
const statuses = ['available', 'pending', 'sold']

/** A shop of so many pets, the same every time. */
export function createShop(count: number): Shop {
  const pets = new Map<number, Pet>()
  const orders = new Map<number, Order>()
  for (let id = 1; id <= count; id++) pets.set(id, petOf(id))
  return {
    pets,
    orders,
    put(given) {
      const pet = { ...given, id: given.id ?? Math.max(0, ...pets.keys()) + 1 }
      pets.set(pet.id, pet)
      return pet
    },
    order(given) {
      const order = { ...given, id: given.id ?? orders.size + 1 }
      orders.set(order.id, order)
      return order
    },
    inventory() {
      const found: Record<string, number> = {}
      for (const { status } of pets.values()) found[status] = (found[status] ?? 0) + 1
      return found
    },
  }
}

function petOf(id: number): Pet {
  const category = (id * 7) % categories.length
  const tag = (id * 3) % tags.length
  return {
    id,
    category: { id: category + 1, name: categories[category]! },
    name: `${names[id % names.length]}${id > names.length ? ` ${Math.floor(id / names.length)}` : ''}`,
    photoUrls: [],
    tags: id % 4 === 0 ? [] : [{ id: tag + 1, name: tags[tag]! }],
    status: statuses[id % statuses.length]!,
  }
}
