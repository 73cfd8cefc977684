/** A point of a glyph: 0…1 from left to right and from top to bottom. */
export type Point = readonly [x: number, y: number];
/** One movement of the pen. */
export type Stroke = readonly Point[];

/**
 * The signs of an image captcha as pen strokes of our own, so that no font is needed. Signs that people mix up are left
 * out: 0 O D Q G 6, 1 I L, 2 Z, 5 S, 8 B, U V, 4 (A), F (E), P (R).
 */
const paths: Record<string, string> = {
  A: 'M0,1 L.5,0 L1,1 M.2,.63 L.8,.63',
  C: 'M.95,.2 Q.8,0 .52,0 Q.05,0 .05,.5 Q.05,1 .52,1 Q.8,1 .95,.8',
  E: 'M.9,0 L.1,0 L.1,1 L.9,1 M.1,.5 L.75,.5',
  H: 'M.1,0 L.1,1 M.9,0 L.9,1 M.1,.5 L.9,.5',
  J: 'M.35,0 L.95,0 M.7,0 L.7,.7 Q.7,1 .4,1 Q.1,1 .06,.72',
  K: 'M.1,0 L.1,1 M.9,0 L.1,.58 M.36,.4 L.92,1',
  M: 'M.02,1 L.1,0 L.5,.62 L.9,0 L.98,1',
  N: 'M.1,1 L.1,0 L.9,1 L.9,0',
  R: 'M.1,1 L.1,0 L.55,0 Q.95,0 .95,.27 Q.95,.54 .55,.54 L.1,.54 M.5,.54 L.95,1',
  T: 'M0,0 L1,0 M.5,0 L.5,1',
  W: 'M0,0 L.22,1 L.5,.35 L.78,1 L1,0',
  X: 'M.05,0 L.95,1 M.95,0 L.05,1',
  Y: 'M.05,0 L.5,.48 L.95,0 M.5,.48 L.5,1',
  '3': 'M.1,.13 Q.22,0 .5,0 Q.88,0 .88,.25 Q.88,.47 .42,.48 Q.95,.49 .95,.75 Q.95,1 .5,1 Q.18,1 .04,.85',
  '7': 'M.05,0 L.95,0 L.4,1',
  '9': 'M.9,.32 Q.9,.6 .5,.6 Q.1,.6 .1,.3 Q.1,0 .5,0 Q.9,0 .9,.32 Q.9,.8 .42,1',
};

export const alphabet: readonly string[] = Object.keys(paths);

/** The strokes of one sign, sampled so closely that they may be bent. */
export function strokesOf(sign: string): readonly Stroke[] {
  const strokes = sampled.get(sign);
  if (!strokes) throw new RangeError('no such sign');
  return strokes;
}

const steps = 14;

function sample(path: string): Stroke[] {
  const strokes: Point[][] = [];
  for (const [, command, numbers] of path.matchAll(/([MLQ])([^MLQ]*)/g)) {
    const points = numbers!
      .trim()
      .split(' ')
      .map((pair) => pair.split(',').map(Number) as unknown as Point);
    const stroke = strokes.at(-1) ?? [];
    const from = stroke.at(-1) ?? points[0]!;
    if (command === 'M') strokes.push([points[0]!]);
    else if (command === 'L') stroke.push(...along((t) => mix(from, points[0]!, t)));
    else stroke.push(...along((t) => mix(mix(from, points[0]!, t), mix(points[0]!, points[1]!, t), t)));
  }
  return strokes;
}

const along = (curve: (t: number) => Point): Point[] => Array.from({ length: steps }, (_, n) => curve((n + 1) / steps));
const mix = ([ax, ay]: Point, [bx, by]: Point, t: number): Point => [ax + (bx - ax) * t, ay + (by - ay) * t];

const sampled = new Map(Object.entries(paths).map(([sign, path]) => [sign, sample(path)]));
