/** The part of the package `smpp` (it has no types of its own) that is used here and by the simulated world. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer, Socket } from 'node:net';

  export type Fields = Readonly<Record<string, unknown>>;

  export interface Pdu {
    readonly command: string;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly [field: string]: unknown;
    isResponse(): boolean;
    response(fields?: Fields): Pdu;
  }

  export interface Session extends EventEmitter {
    readonly socket: Socket;
    /** @returns false when the line is closed */
    send(pdu: Pdu, answered?: (pdu: Pdu) => void): boolean;
    bind_transceiver(fields: Fields, answered: (pdu: Pdu) => void): boolean;
    submit_sm(fields: Fields, answered: (pdu: Pdu) => void): boolean;
    deliver_sm(fields: Fields, answered?: (pdu: Pdu) => void): boolean;
    enquire_link(answered: (pdu: Pdu) => void): boolean;
    unbind(answered: (pdu: Pdu) => void): boolean;
    close(): void;
    destroy(): void;
  }

  interface Smpp {
    connect(options: { host: string; port: number; tls?: boolean; servername?: string }): Session;
    createServer(onSession: (session: Session) => void): NetServer;
    readonly encodings: Readonly<
      Record<
        'ASCII' | 'UCS2',
        { match(text: string): boolean; encode(text: string): Buffer; decode(bytes: Buffer): string }
      >
    >;
  }

  const smpp: Smpp;
  export default smpp;
}
