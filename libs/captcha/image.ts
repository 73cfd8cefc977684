import type { SKRSContext2D } from '@napi-rs/canvas';
import { strokesOf, type Point } from './glyphs.js';
import { between, seededRandom, type Random } from './seeded-random.js';

/** Shown at half these numbers, so that it is sharp on dense screens. */
export const imageSize = { width: 480, height: 160 };

/**
 * Draws `text` bent, slanted and crossed out, as a PNG (about 15 kB). The same seed gives the same bytes, so asking
 * again gives an attacker no second sample to average the noise away with.
 */
export async function drawImage(text: string, seed: Buffer): Promise<Buffer> {
  const { createCanvas } = await import('@napi-rs/canvas');
  const random = seededRandom(seed);
  const canvas = createCanvas(imageSize.width, imageSize.height);
  const context = canvas.getContext('2d');
  context.lineCap = 'round';
  context.lineJoin = 'round';
  const hue = between(random, 0, 360);
  drawGround(context, random, hue);
  const bend = waves(random);
  drawThreads(context, random, inkOf(random, hue), 2, 4);
  [...text].forEach((sign, place) =>
    drawSign(context, random, sign, cellOf(place, [...text].length), bend, inkOf(random, hue)),
  );
  drawThreads(context, random, inkOf(random, hue), 1, 3.5);
  drawThreads(context, random, groundOf(hue), 2, 2);
  return canvas.encode('png');
}

type Bend = (point: Point) => Point;
interface Cell {
  x: number;
  width: number;
}

const margin = 26;
const broad = new Set(['M', 'W']);
const inkOf = (random: Random, hue: number): string =>
  `hsl(${(hue + between(random, -16, 16) + 360) % 360} 60% ${between(random, 20, 30)}%)`;
const groundOf = (hue: number): string => `hsl(${hue} 40% 93%)`;

function cellOf(place: number, count: number): Cell {
  const width = (imageSize.width - 2 * margin) / count;
  return { x: margin + place * width, width };
}

function drawGround(context: SKRSContext2D, random: Random, hue: number): void {
  context.fillStyle = groundOf(hue);
  context.fillRect(0, 0, imageSize.width, imageSize.height);
  for (let n = 0; n < 140; n++) {
    context.fillStyle = `hsl(${hue + between(random, -60, 60)} 45% ${between(random, 45, 85)}%)`;
    const size = Math.round(between(random, 1, 5));
    const [x, y] = [between(random, 0, imageSize.width), between(random, 0, imageSize.height)];
    context.fillRect(Math.round(x), Math.round(y), size, size);
  }
}

/** Slow waves that bend the whole line, so that signs lean into each other. */
function waves(random: Random): Bend {
  const [across, down] = [between(random, 0.014, 0.024), between(random, 0.02, 0.035)];
  const [phaseX, phaseY] = [between(random, 0, 7), between(random, 0, 7)];
  const [swingX, swingY] = [between(random, 4, 8), between(random, 7, 13)];
  return ([x, y]) => [x + swingX * Math.sin(down * y * 2 + phaseX), y + swingY * Math.sin(across * x + phaseY)];
}

function drawSign(context: SKRSContext2D, random: Random, sign: string, cell: Cell, bend: Bend, ink: string): void {
  const width = cell.width * between(random, 0.64, 0.74) * (broad.has(sign) ? 1.15 : 1);
  const height = between(random, 76, 94);
  const centre: Point = [
    cell.x + cell.width / 2 + between(random, -5, 5),
    imageSize.height / 2 + between(random, -9, 9),
  ];
  const turn = between(random, -0.3, 0.3);
  const slant = between(random, -0.2, 0.2);
  const place: Bend = ([x, y]) => {
    const [dx, dy] = [(x - 0.5) * width - (y - 0.5) * slant * height, (y - 0.5) * height];
    return [
      centre[0] + dx * Math.cos(turn) - dy * Math.sin(turn),
      centre[1] + dx * Math.sin(turn) + dy * Math.cos(turn),
    ];
  };
  context.strokeStyle = ink;
  for (const stroke of strokesOf(sign)) {
    context.lineWidth = between(random, 7, 10);
    trace(
      context,
      stroke.map((point) => bend(place(point))),
    );
  }
}

/** Lines from edge to edge: of ink to tie the signs together, of ground to cut them. */
function drawThreads(context: SKRSContext2D, random: Random, colour: string, count: number, width: number): void {
  for (let n = 0; n < count; n++) {
    context.strokeStyle = colour;
    context.lineWidth = width * between(random, 0.8, 1.2);
    const [rise, phase, pace] = [between(random, 15, 40), between(random, 0, 7), between(random, 0.008, 0.02)];
    const middle = between(random, 50, 110);
    const tilt = between(random, -0.1, 0.1);
    const points: Point[] = [];
    for (let x = -10; x <= imageSize.width + 10; x += 6) {
      points.push([x, middle + rise * Math.sin(pace * x + phase) + tilt * (x - imageSize.width / 2)]);
    }
    trace(context, points);
  }
}

function trace(context: SKRSContext2D, points: readonly Point[]): void {
  context.beginPath();
  points.forEach(([x, y], n) => (n === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.stroke();
}
