import { createServer, type Server } from 'node:http';
import { eventually, Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const address = 'cloud.user@contoso.home.example';

describe('traces, when a collector is configured', () => {
  let collector: Server;
  let product: Product;
  let received = '';

  beforeAll(async () => {
    collector = createServer((request, response) => {
      request.on('data', (chunk) => (received += String(chunk)));
      request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    });
    await new Promise<void>((listening) => collector.listen(0, '127.0.0.1', listening));
    const { port } = collector.address() as { port: number };
    product = await startProduct({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '200',
    });
  });
  afterAll(async () => {
    await product.remove();
    collector.close();
  });

  it('show requests, appends and mails as one tree, and nobody by name', async () => {
    const person = new Person(product.url);
    const recovery = await person.started('cloud.user@contoso.example');
    await recovery.challenged(address);
    const code = await recovery.codeFrom(address);
    for (const name of ['POST /api/v1/recoveries', 'append recovery', 'email deliver-challenge']) {
      await eventually(async () => received.includes(`"name":"${name}"`));
    }
    for (const secret of ['cloud.user', address, code, recovery.token, recovery.view.recoveryId]) {
      expect(received).not.toContain(secret);
    }
    const spans = [...received.matchAll(/"traceId":"(\w+)"[^{}]*?"name":"([^"]+)"/g)].map(([, id, name]) => ({
      id,
      name,
    }));
    const start = spans.find(({ name }) => name === 'POST /api/v1/recoveries');
    expect(spans.filter(({ id }) => id === start?.id).map(({ name }) => name)).toContain('append recovery');
  });
});
