// Stands in for the one native part of aws-lambda-ric, which would have to be compiled: asking for the next event and
// answering it, over node:http. Loaded with --require before the runtime.
const { request } = require('node:http')
const Module = require('node:module')

const call = (method, path, body, headers = {}) =>
  new Promise((resolve, reject) => {
    const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      let bodyJson = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        bodyJson += chunk
      })
      response.on('end', () => resolve({ bodyJson, headers: response.headers }))
    })
    sent.on('error', reject)
    sent.end(body)
  })

const invocation = '/2018-06-01/runtime/invocation'
const client = {
  next: () => call('GET', `${invocation}/next`),
  done: (id, body) => void call('POST', `${invocation}/${id}/response`, body),
  error: (id, body) => void call('POST', `${invocation}/${id}/error`, body),
}

const load = Module._load
Module._load = function (name, ...rest) {
  return name === './rapid-client.node' ? client : load.call(this, name, ...rest)
}
