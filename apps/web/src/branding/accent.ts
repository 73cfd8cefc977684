/**
 * An organisation's colour made legible: darkened until white text on it reaches 4.5:1 (WCAG 2.2, 1.4.3) for the light
 * theme, lightened until it reaches 4.5:1 on the dark card for the dark one. Undefined when it is not `#rrggbb`.
 */
export function accentsOf(colour: string): { '--brand-light': string; '--brand-dark': string } | undefined {
  const rgb = parsed(colour);
  if (!rgb) return undefined;
  return {
    '--brand-light': hex(towards(rgb, BLACK, (shade) => contrast(shade, WHITE) >= 4.6)),
    '--brand-dark': hex(towards(rgb, WHITE, (shade) => contrast(shade, DARK_CARD) >= 4.6)),
  };
}

/** Contrast ratio of two sRGB colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: Rgb, b: Rgb): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((one, other) => one - other) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

export type Rgb = readonly [number, number, number];

function towards(from: Rgb, to: Rgb, enough: (shade: Rgb) => boolean): Rgb {
  for (let share = 0; share < 1; share += 0.04) {
    const shade = from.map((part, i) => part + (to[i]! - part) * share) as unknown as Rgb;
    if (enough(shade)) return shade;
  }
  return to;
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function parsed(colour: string): Rgb | undefined {
  const parts = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(colour);
  return parts ? (parts.slice(1).map((part) => Number.parseInt(part, 16)) as unknown as Rgb) : undefined;
}

function hex(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];
/** `--card` of the dark theme in styles/tokens.css */
const DARK_CARD: Rgb = [0x19, 0x22, 0x2a];
