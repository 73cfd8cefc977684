import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Nothing is inlined: the page runs under `default-src 'self'`. */
export default defineConfig({
  root: here,
  base: '/',
  cacheDir: '../../node_modules/.cache/vite',
  logLevel: 'warn',
  plugins: [react()],
  build: { outDir: '../../dist/web', emptyOutDir: true, assetsInlineLimit: 0, reportCompressedSize: false },
  worker: { format: 'es' },
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8080' } },
});
