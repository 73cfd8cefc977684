import 'reflect-metadata';
import type { Server } from 'node:http';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ValidationError } from 'class-validator';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Infrastructure } from '#libs/commands/infrastructure';
import { RuleViolation } from '#libs/domain/decider';
import { tenantByDomain } from '#libs/readmodels/tenants';
import type { Settings } from '#libs/runtime/settings';
import { ApiModule } from './api.module.js';
import { keepRawBodies } from './devices/raw-body.js';
import { acceptJson } from './accept-json.js';
import { Metrics } from './health/metrics.js';
import { Readiness } from './health/readiness.js';
import { NestLog } from './nest-log.js';
import { serveOpenApi } from './openapi/serve-openapi.js';
import { servePages } from './pages/serve-pages.js';
import { ProblemFilter } from './problems.js';
import { observeRequests } from './request-log.js';
import { refuseNonsense, refuseOnceClosing } from './sane-requests.js';
import { acceptPolicies } from './tenant/accept-policies.js';
import { acceptForms } from './telecom/forms.js';
import { answerUnreadable } from './unreadable-requests.js';

export interface ApiOptions {
  readonly infrastructure: Infrastructure;
  readonly settings: Pick<
    Settings,
    'host' | 'port' | 'publicUrl' | 'trustedProxies' | 'vapid' | 'telecom' | 'metricsToken'
  >;
  readonly logger: Logger;
  /** Lets the operator's command line in. */
  readonly operatorToken?: string | undefined;
  /** Parts of this process that must be ready besides the database and the event store. */
  readonly readiness?: Readonly<Record<string, () => Promise<unknown>>>;
  /** Routes that another app brings along, such as the simulated outside world. */
  readonly mount?: (fastify: FastifyInstance, app: NestFastifyApplication) => Promise<void>;
}

export interface RunningApi {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly metrics: Metrics;
  close(): Promise<void>;
}

/** Milliseconds for requests under way when the process is asked to end. */
const graceMs = 5_000;

/** No body this API understands is larger; a password's length is checked before it is hashed. */
const bodyLimit = 16 * 1024;

export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { infrastructure, settings, logger, mount } = options;
  const metrics = new Metrics();
  const readiness = new Readiness({
    'event-store': () => infrastructure.store.ready(),
    database: () => infrastructure.pool.query('SELECT 1'),
    'read-models': () => tenantByDomain(infrastructure.readModels, ''),
    ...options.readiness,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.over({
      infrastructure,
      publicUrl: settings.publicUrl,
      pushKey: settings.vapid?.publicKey,
      metrics,
      readiness,
      operatorToken: options.operatorToken,
      metricsToken: settings.metricsToken,
      twilioToken: settings.telecom.twilio?.authToken,
    }),
    new FastifyAdapter({
      bodyLimit,
      trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
      requestTimeout: 30_000,
      connectionTimeout: 0,
      keepAliveTimeout: 65_000,
      frameworkErrors: answerUnreadable,
      return503OnClosing: false,
      routerOptions: { maxParamLength: 128, ignoreTrailingSlash: false },
      onProtoPoisoning: 'error',
      onConstructorPoisoning: 'error',
    }),
    // Fastify's own JSON parser is enough: forms, which other sites can post, only callbacks send.
    { logger: new NestLog(logger), abortOnError: false, bodyParser: false },
  );
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.removeContentTypeParser('text/plain');
  acceptJson(fastify);
  acceptPolicies(fastify);
  acceptForms(fastify);
  await app.register(cookie);
  await app.register(helmet, securityHeaders(settings.publicUrl));
  keepRawBodies(fastify, bodyLimit);
  observeRequests(fastify, metrics, logger);
  const endRequests = refuseOnceClosing(fastify);
  refuseNonsense(fastify);
  app.useGlobalPipes(validation);
  app.useGlobalFilters(new ProblemFilter(logger));
  serveOpenApi(app);
  await mount?.(fastify, app);
  await servePages(fastify);
  await app.listen(settings.port, settings.host);
  return { url: settings.publicUrl.origin, app, metrics, close: () => (endRequests(), closeSoon(app)) };
}

/** Requests under way may end; connections that say nothing are not waited for. */
async function closeSoon(app: NestFastifyApplication): Promise<void> {
  const impatient = setTimeout(() => (app.getHttpServer() as Server).closeAllConnections(), graceMs);
  await app.close();
  clearTimeout(impatient);
}

/** Unknown fields are refused, nothing is coerced, and no message repeats what was sent. */
const validation = new ValidationPipe({
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  transform: true,
  transformOptions: { enableImplicitConversion: false },
  validationError: { target: false, value: false },
  exceptionFactory: (errors) => new RuleViolation('invalid-request', { errors: errors.flatMap((e) => flatten(e)) }),
});

interface FieldError {
  field: string;
  rules: string[];
}

const flatten = ({ property, constraints, children = [] }: ValidationError, path = ''): FieldError[] => {
  const field = path ? `${path}.${property}` : property;
  const own = constraints ? [{ field: field.slice(0, 128), rules: Object.keys(constraints) }] : [];
  return [...own, ...children.flatMap((child) => flatten(child, field))];
};

const securityHeaders = (publicUrl: URL) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      mediaSrc: ["'self'", 'blob:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      ...(publicUrl.protocol === 'https:' ? { upgradeInsecureRequests: [] } : {}),
    },
  },
  referrerPolicy: { policy: 'no-referrer' as const },
  strictTransportSecurity: publicUrl.protocol === 'https:' ? { maxAge: 63_072_000, includeSubDomains: false } : false,
  crossOriginEmbedderPolicy: false,
});
