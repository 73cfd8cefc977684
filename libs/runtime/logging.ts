import pino, { type Logger } from 'pino';

export type { Logger };

/** Wherever one of these keys turns up in something logged, its value does not. */
const secret = [
  'password',
  'newPassword',
  'currentPassword',
  'code',
  'contact',
  'username',
  'token',
  'authorization',
  'cookie',
];
const paths = secret.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** Structured log lines on standard output, one JSON object each. */
export const openLogger = (level: string, name = 'keyturn'): Logger =>
  pino({
    name,
    level,
    redact: { paths, censor: '[hidden]' },
    serializers: { err: safeError },
    timestamp: pino.stdTimeFunctions.isoTime,
  });

/** An error's place and kind. Its extra properties may hold what a query or a command carried. */
const safeError = (error: Error & { code?: string }) => ({
  type: error.name,
  message: error.message,
  ...(error.code === undefined ? {} : { code: error.code }),
  stack: error.stack,
});
