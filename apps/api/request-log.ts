import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { requestSpan, tracingIsOn, within, type RequestSpan } from '#libs/runtime/tracing';
import type { Metrics } from './health/metrics.js';

/**
 * One line and one observation per request. The route's pattern is written, not its address: ids stay out of metrics, and
 * searches by name stay out of logs.
 */
export function observeRequests(fastify: FastifyInstance, metrics: Metrics, logger: Logger): void {
  const spans = new WeakMap<object, RequestSpan>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (!tracingIsOn()) return done();
    const span = requestSpan(request.method, request.headers);
    spans.set(request, span);
    within(span.context, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { method } = request;
    const { statusCode: status, elapsedTime } = reply;
    metrics.observe(method, route, status, elapsedTime / 1000);
    spans.get(request)?.end(route, status);
    const level = status >= 500 ? 'error' : route.startsWith('/health') || route === '/metrics' ? 'debug' : 'info';
    logger[level]({ method, route, status, ms: Math.round(elapsedTime * 10) / 10 }, 'request');
    done();
  });
}
