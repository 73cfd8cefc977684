import { jest } from '@jest/globals';

/** These suites start real programs, on machines that may be busy; the soak counts to far more. */
jest.setTimeout(Number(process.env.KEYTURN_TEST_PATIENCE_MS ?? 120_000));
