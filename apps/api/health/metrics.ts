import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Prometheus' view of this process. Labels are routes and codes, never ids or names. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = new Histogram({
    name: 'keyturn_http_request_duration_seconds',
    help: 'Time to answer a request, by route and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'keyturn_' });
  }

  observe(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
