import { defineConfig } from './infra/config.ts'

/** What is deployed by `npx cdk deploy`: docs/deploying.md has every key. */
export default defineConfig({})
