import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { Context, Document, Request } from 'openapi-backend'
import { Secret } from '../../shared/domain/secret.ts'
import { listenLocally } from './listen.ts'
import { createShop, type Pet, type Shop } from './petstore-shop.ts'

export interface Petstore {
  readonly host: string
  readonly port: number
  /** Where its OpenAPI document is. */
  readonly specUrl: string
  /** What the header `api_key` must be. */
  readonly apiKey: Secret
  /** Connections that are open. */
  connections(): Promise<number>
  stop(): Promise<void>
}

export interface PetstoreOptions {
  /** A new one of our making where absent. */
  readonly apiKey?: string
  /** Whether the document itself wants the key. */
  readonly isSpecPrivate?: boolean
  /** How many pets there are at first. */
  readonly pets?: number
  /** How many of them a page holds where nobody says. */
  readonly petsPerPage?: number
}

/** The well-known petstore with a shop that keeps what it is told, on a free port of this machine. */
export async function startPetstore({
  apiKey = randomBytes(24).toString('base64url'),
  isSpecPrivate = false,
  pets = 60,
  petsPerPage = 20,
}: PetstoreOptions = {}): Promise<Petstore> {
  const { OpenAPIBackend } = await import('openapi-backend')
  const definition = await readDefinition(petsPerPage)
  const shop = createShop(pets)
  const backend = new OpenAPIBackend({
    definition,
    apiRoot: '/v2',
    quick: true,
    handlers: {
      ...handlersOf(shop, petsPerPage),
      validationFail: ({ validation }, _: IncomingMessage, response: ServerResponse) =>
        send(response, 400, { code: 400, message: validation.errors?.[0]?.message ?? 'Invalid' }),
      notFound: (_, __: IncomingMessage, response: ServerResponse) =>
        send(response, 404, { code: 404, message: 'No such path' }),
      methodNotAllowed: (_, __: IncomingMessage, response: ServerResponse) => send(response, 405, { code: 405 }),
      unauthorizedHandler: (_, __: IncomingMessage, response: ServerResponse) => refuse(response),
    },
    securityHandlers: { api_key: ({ request }: Context) => request.headers.api_key === apiKey },
  })
  await backend.init()
  const spec = JSON.stringify(definition)
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://petstore')
    if (url.pathname === '/v2/openapi.json') {
      if (isSpecPrivate && request.headers.api_key !== apiKey) return refuse(response)
      response.setHeader('content-type', 'application/json')
      response.end(spec)
      return
    }
    const asked: Request = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.search.slice(1),
      headers: request.headers as Record<string, string>,
      body: await readBody(request),
    }
    await backend.handleRequest(asked, request, response)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => send(response, 500, { code: 500, message: 'The shop is in disorder' }))
  })
  const { host, port, origin, connections, stop } = await listenLocally(server)
  return { host, port, apiKey: new Secret(apiKey), specUrl: `${origin}/v2/openapi.json`, connections, stop }
}

/** The document of the package, with one key instead of a login elsewhere, and a list that comes in pages. */
async function readDefinition(petsPerPage: number): Promise<Document> {
  const file = createRequire(import.meta.url).resolve('@readme/oas-examples/3.0/json/petstore.json')
  const { 'x-readme': _, ...document } = JSON.parse(await readFile(file, 'utf8'))
  for (const item of Object.values(document.paths as Record<string, Record<string, object>>))
    for (const operation of Object.values(item)) if ('security' in operation) delete operation.security
  const list = { type: 'array', items: { $ref: '#/components/schemas/Pet' } }
  document.paths['/pet'].get = {
    tags: ['pet'],
    summary: 'Lists all pets, page by page',
    operationId: 'listPets',
    parameters: [
      { name: 'page', in: 'query', schema: { type: 'integer', minimum: 1, default: 1 } },
      { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 5000, default: petsPerPage } },
    ],
    responses: { 200: { description: 'A page of pets', content: { 'application/json': { schema: list } } } },
  }
  document.components.securitySchemes = { api_key: document.components.securitySchemes.api_key }
  return { ...document, servers: [{ url: '/v2' }], security: [{ api_key: [] }] }
}

function handlersOf(shop: Shop, petsPerPage: number) {
  type Handle = (context: Context, request: IncomingMessage, response: ServerResponse) => void
  const withPet =
    (use: (pet: Pet, context: Context, response: ServerResponse) => void): Handle =>
    (context, _, response) => {
      const pet = shop.pets.get(Number(context.request.params.petId))
      if (pet) use(pet, context, response)
      else send(response, 404, { code: 404, message: 'Pet not found' })
    }
  const listed = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String)
  const handlers: Record<string, Handle> = {
    listPets({ request: { query } }, _, response) {
      const limit = Number(query.limit ?? petsPerPage)
      const page = Number(query.page ?? 1)
      if (page * limit < shop.pets.size)
        response.setHeader('link', `</v2/pet?page=${page + 1}&limit=${limit}>; rel="next"`)
      const pets = shop.pets.values().drop((page - 1) * limit)
      send(response, 200, pets.take(limit).toArray())
    },
    findPetsByStatus({ request: { query } }, _, response) {
      const wanted = listed(query.status)
      send(
        response,
        200,
        [...shop.pets.values()].filter(({ status }) => wanted.includes(status)),
      )
    },
    findPetsByTags({ request: { query } }, _, response) {
      const wanted = listed(query.tags)
      send(
        response,
        200,
        [...shop.pets.values()].filter(({ tags }) => tags.some(({ name }) => wanted.includes(name))),
      )
    },
    getPetById: withPet((pet, _, response) => send(response, 200, pet)),
    deletePet: withPet(({ id }, _, response) => {
      shop.pets.delete(id)
      send(response, 200, { code: 200, message: String(id) })
    }),
    addPet({ request: { requestBody } }, _, response) {
      send(response, 200, shop.put(requestBody))
    },
    updatePet({ request: { requestBody } }, _, response) {
      const isKnown = shop.pets.has(Number(requestBody.id))
      if (isKnown) send(response, 200, shop.put(requestBody))
      else send(response, 404, { code: 404, message: 'Pet not found' })
    },
    getInventory: (_, __, response) => send(response, 200, shop.inventory()),
    placeOrder({ request: { requestBody } }, _, response) {
      send(response, 200, shop.order(requestBody))
    },
    getOrderById({ request: { params } }, _, response) {
      const order = shop.orders.get(Number(params.orderId))
      if (order) send(response, 200, order)
      else send(response, 404, { code: 404, message: 'Order not found' })
    },
  }
  return {
    ...handlers,
    notImplemented: (_: Context, __: IncomingMessage, response: ServerResponse) => send(response, 501, { code: 501 }),
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

const refuse = (response: ServerResponse): void =>
  send(response, 401, { code: 401, message: 'The api_key is missing or wrong' })

async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}
