import { accentsOf, contrast, type Rgb } from './accent.js';

const rgb = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;

describe('an organisation’s accent', () => {
  it.each(['#ffe600', '#ffffff', '#000000', '#0078d4', '#e0a100', '#777777'])('%s becomes legible', (accent) => {
    const { '--brand-light': light, '--brand-dark': dark } = accentsOf(accent)!;
    expect(contrast(rgb(light), [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(rgb(dark), rgb('#19222a'))).toBeGreaterThanOrEqual(4.5);
  });
  it('stays as it is where it is legible already', () => {
    expect(accentsOf('#0d6361')).toMatchObject({ '--brand-light': '#0d6361' });
  });
  it.each(['red', '#fff', '#12345g', 'url(x)', ''])('%j is no accent', (value) => {
    expect(accentsOf(value)).toBeUndefined();
  });
  it('measures contrast as WCAG does', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
  });
});
