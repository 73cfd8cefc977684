import { Duplex } from 'node:stream';
import { status } from '@grpc/grpc-js';
import { ProtocolError } from '../protocol/errors.js';

/** Turns what the caller writes into the bytes of a message, and the bytes of an answer into what the caller reads. */
export interface Coding {
  encode(request: never): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

type Done = (error?: Error | null) => void;

/** The caller's end of a call within this process; it behaves as one of gRPC's client does. */
export class LocalCall extends Duplex {
  /** What the handler holds: bytes come in, batches of bytes go out, `cancelled` tells that nobody listens any more. */
  readonly handler: HandlerEnd;
  #taken: Done | undefined;

  constructor(private readonly coding: Coding) {
    super({ objectMode: true });
    this.handler = new HandlerEnd(this);
    this.handler.on('error', (error) => this.destroy(error));
    this.once('end', () => this.destroy());
    this.once('close', () => {
      this.handler.emit('cancelled');
      this.handler.destroy();
    });
  }

  cancel(): void {
    this.destroy(new ProtocolError(status.CANCELLED, 'The caller cancelled.'));
  }

  /** For the handler's end alone: answers on their way; `taken` is called when the caller wants more. */
  answer(batch: readonly Uint8Array[], taken: Done): void {
    let more = true;
    try {
      for (const bytes of batch) more = this.push(this.coding.decode(bytes));
    } catch (error) {
      this.destroy(error as Error);
    }
    if (more || this.destroyed) taken();
    else this.#taken = taken;
  }

  override _read(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  override _write(request: never, _: BufferEncoding, taken: Done): void {
    const { buffer, byteOffset, byteLength } = this.coding.encode(request);
    this.handler.receive(Buffer.from(buffer, byteOffset, byteLength), taken);
  }

  override _final(done: Done): void {
    this.handler.push(null);
    done();
  }
}

export class HandlerEnd extends Duplex {
  #taken: Done | undefined;

  constructor(private readonly caller: LocalCall) {
    super({ objectMode: true });
  }

  receive(message: Buffer, taken: Done): void {
    if (this.push(message)) taken();
    else this.#taken = taken;
  }

  override _read(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  override _write(batch: readonly Uint8Array[], _: BufferEncoding, taken: Done): void {
    this.caller.answer(batch, taken);
  }

  override _final(done: Done): void {
    this.caller.push(null);
    done();
  }
}
