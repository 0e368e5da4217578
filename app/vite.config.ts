import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const local = 'http://127.0.0.1:7420'

/** No inline script or style, and no file from another origin: what the headers of the Data App allow. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // Where fonts and icons become `data:` URLs, the policy would have to allow them.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2023', reportCompressedSize: false },
  // While it is worked on: `npx vite app` beside `npm start`.
  server: { proxy: Object.fromEntries(['/v1', '/app.json', '/links', '/uploads'].map((path) => [path, local])) },
})
