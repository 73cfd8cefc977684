import { durationMs } from './iso-duration.js';

it.each([
  ['PT10M', 600_000],
  ['PT0S', 0],
  ['P1D', 86_400_000],
  ['P1W', 604_800_000],
  ['P1DT2H3M4.5S', 93_784_500],
  ['PT36H', 129_600_000],
])('%s is %d ms', (text, ms) => expect(durationMs(text)).toBe(ms));

it.each([
  '',
  'P',
  'PT',
  'P1DT',
  '10M',
  'PT10',
  'P1M',
  'P1Y',
  '-PT1M',
  'PT-1M',
  'PT1M1H',
  'pt1m',
  'PT1.5M',
  ' PT1M',
  'PT1M\n',
  'PT9999999999S',
])('%j is no duration', (text) => expect(durationMs(text)).toBeUndefined());
