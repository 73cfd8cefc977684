import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import smpp, { type Pdu, type Session } from 'smpp';
import { noPhoneFaults, takeDelay, takeFault, type PhoneFaults } from './phone-faults.js';
import type { Phones } from './phones.js';

export interface SmppServer {
  readonly url: string;
  faults(): Readonly<PhoneFaults>;
  setFaults(change: Partial<PhoneFaults>): Promise<void>;
  close(): Promise<void>;
}

const user = 'keyturn';

/** A short message centre (SMPP 3.4): takes text messages, reports their delivery, and misbehaves when told. */
export async function startSmppServer(phones: Phones, listen: { host: string; port?: number }): Promise<SmppServer> {
  const password = randomUUID().slice(0, 8);
  const faults = noPhoneFaults();
  const sessions = new Set<Session>();
  const server = smpp.createServer((session) => {
    let bound = false;
    sessions.add(session);
    session.socket.setNoDelay(true);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
    session.on('bind_transceiver', (pdu: Pdu) => {
      bound = pdu.system_id === user && pdu.password === password;
      session.send(pdu.response({ command_status: bound ? 0 : 0x0e }));
    });
    session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu: Pdu) => (session.send(pdu.response()), session.close()));
    session.on('submit_sm', (pdu: Pdu) => {
      if (bound) void take(session, pdu);
      else session.send(pdu.response({ command_status: 0x04 }));
    });
  });

  async function take(session: Session, pdu: Pdu): Promise<void> {
    if (takeFault(faults, 'refuse')) return void session.send(pdu.response({ command_status: 0x58 }));
    if (takeFault(faults, 'fail')) return void session.send(pdu.response({ command_status: 0x08 }));
    const id = randomUUID().replaceAll('-', '').slice(0, 16);
    const lost = takeFault(faults, 'undeliverable');
    if (!lost) await phones.receive({ ...addressesOf(pdu), text: textOf(pdu), carrier: 'smpp' });
    if (takeFault(faults, 'drop')) return session.destroy();
    const ms = takeDelay(faults);
    if (ms > 0) await new Promise((resume) => setTimeout(resume, ms).unref());
    const answer = (): boolean => session.send(pdu.response({ message_id: id }));
    const early = takeFault(faults, 'disorder');
    if (!early) answer();
    if (Number(pdu.registered_delivery) === 1) report(session, pdu, id, lost);
    if (takeFault(faults, 'duplicate')) report(session, pdu, id, lost);
    if (early) answer();
  }

  const open = async (port: number): Promise<number> => {
    server.listen(port, listen.host);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const shut = async (): Promise<void> => {
    for (const session of sessions) session.destroy();
    if (server.listening) await new Promise<void>((done) => server.close(() => done()));
  };

  const port = await open(listen.port ?? 0);
  return {
    url: `smpp://${user}:${password}@${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}?from=Keyturn`,
    faults: () => structuredClone(faults),
    async setFaults(change) {
      const wasDown = faults.down;
      Object.assign(faults, structuredClone(change));
      if (faults.down && !wasDown) await shut();
      if (!faults.down && wasDown) await open(port);
    },
    close: shut,
  };
}

/** SMPP 3.4, Appendix B */
function report(session: Session, pdu: Pdu, id: string, lost: boolean): void {
  const stat = lost ? 'UNDELIV' : 'DELIVRD';
  const text = `id:${id} sub:001 dlvrd:${lost ? '000' : '001'} stat:${stat} err:${lost ? '027' : '000'} text:`;
  session.deliver_sm({
    esm_class: 0x04,
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    short_message: Buffer.from(text, 'ascii'),
    receipted_message_id: id,
    message_state: lost ? 5 : 2,
  });
}

const addressesOf = (pdu: Pdu): { from: string; to: string } => ({
  from: String(pdu.source_addr),
  to: `+${String(pdu.destination_addr)}`,
});

function textOf(pdu: Pdu): string {
  const given = [pdu.short_message, pdu.message_payload].map((value) =>
    typeof value === 'object' && value !== null && 'message' in value ? value.message : value,
  );
  const text = given.find((value) => (Buffer.isBuffer(value) || typeof value === 'string') && value.length > 0);
  if (!Buffer.isBuffer(text)) return String(text ?? '');
  return pdu.data_coding === 8 ? smpp.encodings.UCS2.decode(text) : smpp.encodings.ASCII.decode(text);
}
