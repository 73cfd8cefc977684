import { fastify } from 'fastify';
import { outsideRoutes } from './outside-routes.js';
import { startOutside } from './outside.js';

// The mail catcher by itself. Settings: OUTSIDE_HOST (127.0.0.1), OUTSIDE_PORT (8025), OUTSIDE_SMTP_PORT (1025),
// OUTSIDE_DATA_DIR (mails are kept in memory only when it is not set).
const { OUTSIDE_HOST: host = '127.0.0.1', OUTSIDE_DATA_DIR: dataDir } = process.env;
const outside = await startOutside({ host, smtpPort: portOf('OUTSIDE_SMTP_PORT', 1025), ...(dataDir && { dataDir }) });
const app = fastify();
await outsideRoutes(app, outside);
const port = await app.listen({ host, port: portOf('OUTSIDE_PORT', 8025) });
console.log(`Mail sent to ${outside.smtpUrl} is shown on ${port}/outside`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void Promise.all([app.close(), outside.close()]).then(() => process.exit(0)));
}

function portOf(name: string, missing: number): number {
  const text = process.env[name] ?? String(missing);
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  console.error(`${name} must be a port number, not "${text}".`);
  return process.exit(1);
}
