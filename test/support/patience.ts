import { jest } from '@jest/globals';

/** These suites start real programs, on machines that may be busy. */
jest.setTimeout(120_000);
