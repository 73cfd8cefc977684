import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { tombstoneRevision, type ProposedEvent, type RecordedEvent } from '../log/event';
import { encodeBatchSuccess, readAppend, readBatchAppend } from './append-messages';
import { googleEmpty, shared, streams } from './generated';
import { withStructuredId } from './read-messages';
import { encodeReadResponse } from './recorded-event';
import { readUuid } from './uuid';
import { MalformedMessage, WireReader } from './wire';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const proposed: fc.Arbitrary<ProposedEvent> = fc.record({
  id: fc.constant(0).map(() => randomUUID()),
  type: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  json: fc.boolean(),
  data: bytes,
  metadata: bytes,
});

describe('the messages coded by hand mean what the generated classes mean', () => {
  it('ReadResp', () => {
    const recorded: fc.Arbitrary<RecordedEvent> = fc
      .tuple(proposed, text, fc.oneof(count, fc.constant(tombstoneRevision)), count, fc.nat({ max: 4e12 }))
      .map(([event, stream, revision, position, created]) => ({ ...event, stream, revision, position, created }));
    fc.assert(
      fc.property(recorded, (event) => {
        const response = streams.ReadResp.deserializeBinary(encodeReadResponse(event));
        const read = response.getEvent()!;
        const record = read.getEvent()!;
        expect(read.getCommitPosition()).toBe(String(event.position));
        expect(record.getId()!.getString()).toBe(event.id);
        expect(Buffer.from(record.getStreamIdentifier()!.getStreamName_asU8()).toString()).toBe(event.stream);
        const revision = event.revision === tombstoneRevision ? '9223372036854775807' : String(event.revision);
        expect(record.getStreamRevision()).toBe(revision);
        expect(record.getCommitPosition()).toBe(String(event.position));
        expect(record.getPreparePosition()).toBe(String(event.position));
        const map = record.getMetadataMap();
        expect(map.get('type')).toBe(event.type);
        expect(map.get('content-type')).toBe(event.json ? 'application/json' : 'application/octet-stream');
        expect(BigInt(map.get('created')!)).toBe(BigInt(event.created) * 10_000n);
        expect(Buffer.from(record.getData_asU8())).toEqual(event.data);
        expect(Buffer.from(record.getCustomMetadata_asU8())).toEqual(event.metadata);
      }),
    );
  });

  it('ReadResp with the id in two halves', () => {
    const id = 'ffeeddcc-bbaa-4988-8776-655443322110';
    const none = Buffer.alloc(0);
    const event = {
      id,
      type: 'T',
      json: true,
      data: none,
      metadata: none,
      stream: 's',
      revision: 0,
      position: 1,
      created: 0,
    };
    const structured = streams.ReadResp.deserializeBinary(withStructuredId(encodeReadResponse(event as RecordedEvent)));
    const read = structured.getEvent()!.getEvent()!.getId()!;
    expect(read.hasStructured()).toBe(true);
    expect(readUuid(new WireReader(Buffer.from(read.serializeBinary())))).toBe(id);
  });

  it('BatchAppendReq', () => {
    const expected = fc.oneof(count, fc.constantFrom('any' as const, 'no-stream' as const, 'stream-exists' as const));
    fc.assert(
      fc.property(
        fc.array(proposed, { maxLength: 4 }),
        text,
        expected,
        fc.boolean(),
        (events, stream, revision, final) => {
          const request = new streams.BatchAppendReq();
          const correlation = uuid(randomUUID());
          request.setCorrelationId(correlation);
          request.setIsFinal(final);
          const options = new streams.BatchAppendReq.Options();
          options.setStreamIdentifier(identifier(stream));
          if (revision === 'any') options.setAny(new googleEmpty.Empty());
          else if (revision === 'no-stream') options.setNoStream(new googleEmpty.Empty());
          else if (revision === 'stream-exists') options.setStreamExists(new googleEmpty.Empty());
          else options.setStreamPosition(String(revision));
          request.setOptions(options);
          for (const event of events)
            request.addProposedMessages(message(streams.BatchAppendReq.ProposedMessage, event));
          const read = readBatchAppend(Buffer.from(request.serializeBinary()));
          expect(read.correlation).toEqual(Buffer.from(correlation.serializeBinary()));
          expect(read.options).toMatchObject({ stream, expected: revision });
          expect(read.events).toEqual(events);
          expect(read.final).toBe(final);
        },
      ),
    );
  });

  it('AppendReq', () => {
    fc.assert(
      fc.property(proposed, text, count, (event, stream, revision) => {
        const options = new streams.AppendReq.Options();
        options.setStreamIdentifier(identifier(stream));
        options.setRevision(String(revision));
        const header = new streams.AppendReq();
        header.setOptions(options);
        expect(readAppend(Buffer.from(header.serializeBinary()))).toEqual({ stream, expected: revision });
        const part = new streams.AppendReq();
        part.setProposedMessage(message(streams.AppendReq.ProposedMessage, event));
        expect(readAppend(Buffer.from(part.serializeBinary()))).toEqual(event);
      }),
    );
  });

  it('BatchAppendResp', () => {
    fc.assert(
      fc.property(
        text,
        fc.oneof(count, fc.constant(-1)),
        fc.option(count, { nil: undefined }),
        (stream, last, position) => {
          const id = randomUUID();
          const named = Buffer.from(identifier(stream).serializeBinary());
          const encoded = encodeBatchSuccess(Buffer.from(uuid(id).serializeBinary()), named, last, position);
          const response = streams.BatchAppendResp.deserializeBinary(encoded);
          expect(response.getCorrelationId()!.getString()).toBe(id);
          expect(Buffer.from(response.getStreamIdentifier()!.getStreamName_asU8()).toString()).toBe(stream);
          const success = response.getSuccess()!;
          expect(success.hasNoStream()).toBe(last < 0);
          if (last >= 0) expect(success.getCurrentRevision()).toBe(String(last));
          expect(success.getPosition()?.getCommitPosition()).toBe(
            position === undefined ? undefined : String(position),
          );
        },
      ),
    );
  });

  it('refuses what is not protobuf, and never anything but that', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        try {
          readBatchAppend(Buffer.from(noise));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedMessage);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('names the event property that is missing', () => {
    const request = new streams.BatchAppendReq();
    const untyped = new streams.BatchAppendReq.ProposedMessage();
    untyped.setId(uuid(randomUUID()));
    request.addProposedMessages(untyped);
    expect(readBatchAppend(Buffer.from(request.serializeBinary())).invalid).toBe(
      "Required Metadata Property 'type' is missing",
    );
  });
});

function uuid(id: string) {
  const message = new shared.UUID();
  message.setString(id);
  return message;
}

function identifier(stream: string) {
  const message = new shared.StreamIdentifier();
  message.setStreamName(Uint8Array.from(Buffer.from(stream)));
  return message;
}

type Proposal = InstanceType<typeof streams.BatchAppendReq.ProposedMessage>;

function message<Message>(Kind: new () => Message, event: ProposedEvent): Message {
  const proposal = new Kind() as unknown as Proposal;
  proposal.setId(uuid(event.id));
  proposal.getMetadataMap().set('type', event.type);
  proposal.getMetadataMap().set('content-type', event.json ? 'application/json' : 'application/octet-stream');
  proposal.setCustomMetadata(Uint8Array.from(event.metadata));
  proposal.setData(Uint8Array.from(event.data));
  return proposal as unknown as Message;
}
