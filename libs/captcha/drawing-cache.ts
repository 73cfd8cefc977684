/** Recent drawings up to a number of bytes, oldest dropped first; one that is being made is waited for, not made twice. */
export class DrawingCache {
  readonly #maxBytes: number;
  readonly #finished = new Map<string, Buffer>();
  readonly #underWay = new Map<string, Promise<Buffer>>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  async get(name: string, draw: () => Promise<Buffer>): Promise<Buffer> {
    const known = this.#finished.get(name) ?? this.#underWay.get(name);
    if (known) return known;
    const drawing = draw();
    this.#underWay.set(name, drawing);
    try {
      return this.#keep(name, await drawing);
    } finally {
      this.#underWay.delete(name);
    }
  }

  #keep(name: string, drawing: Buffer): Buffer {
    this.#finished.set(name, drawing);
    this.#bytes += drawing.length;
    for (const [oldest, { length }] of this.#finished) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#finished.delete(oldest);
      this.#bytes -= length;
    }
    return drawing;
  }
}
