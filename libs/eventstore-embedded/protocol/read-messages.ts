import { randomUUID, type UUID } from 'node:crypto';
import { shared, streams } from './generated.js';
import { uuidHalves } from './uuid.js';

/** The answers to `Streams.Read` other than events, encoded. */
const encoded = (build: (response: InstanceType<typeof streams.ReadResp>) => void): Buffer => {
  const response = new streams.ReadResp();
  build(response);
  return Buffer.from(response.serializeBinary());
};

export const streamNotFound = (stream: string): Buffer =>
  encoded((response) => {
    const identifier = new shared.StreamIdentifier();
    identifier.setStreamName(Uint8Array.from(Buffer.from(stream)));
    const notFound = new streams.ReadResp.StreamNotFound();
    notFound.setStreamIdentifier(identifier);
    response.setStreamNotFound(notFound);
  });

export const confirmation = (): Buffer =>
  encoded((response) => {
    const confirmed = new streams.ReadResp.SubscriptionConfirmation();
    confirmed.setSubscriptionId(randomUUID());
    response.setConfirmation(confirmed);
  });

export const checkpoint = (position: number): Buffer =>
  encoded((response) => {
    const reached = new streams.ReadResp.Checkpoint();
    reached.setCommitPosition(String(position));
    reached.setPreparePosition(String(position));
    response.setCheckpoint(reached);
  });

export const caughtUp: Buffer = encoded((response) => response.setCaughtUp(new streams.ReadResp.CaughtUp()));

export const fellBehind: Buffer = encoded((response) => response.setFellBehind(new streams.ReadResp.FellBehind()));

/** The same event with its id as two 64-bit halves, for clients that do not ask for text. */
export function withStructuredId(event: Buffer): Buffer {
  const response = streams.ReadResp.deserializeBinary(event);
  const id = response.getEvent()!.getEvent()!.getId()!;
  const [high, low] = uuidHalves(id.getString() as UUID);
  const halves = new shared.UUID.Structured();
  halves.setMostSignificantBits(high);
  halves.setLeastSignificantBits(low);
  id.setStructured(halves);
  return Buffer.from(response.serializeBinary());
}
