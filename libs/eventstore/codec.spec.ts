import streams from '@eventstore/db-client/generated/streams_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { Codec, uuidText, type EncodedEvent, type Upcaster } from './codec';
import { EventNotStorable } from './errors';
import type { EventMetadata, NewEvent } from './stored-event';

const id = '6e2a8f5c-0c1d-4b7e-9a57-0f0a2b3c4d5e';
const metadata: EventMetadata = { correlationId: 'c', actor: { kind: 'system' } };
const event = (data: object, more: Partial<EventMetadata> = {}): NewEvent => ({
  id,
  type: 'Named',
  data,
  metadata: { ...metadata, ...more },
});

const split: Upcaster = {
  type: 'Named',
  from: 1,
  up: ({ name, ...rest }) => ({ ...rest, given: String(name).split(' ')[0], family: String(name).split(' ')[1] }),
};
const shout: Upcaster = {
  type: 'Named',
  from: 2,
  up: (data) => ({ ...data, family: String(data.family).toUpperCase() }),
};

describe('the codec', () => {
  it('brings stored versions up step by step, and keeps fields nobody knows', () => {
    const stored = new Codec().encode(event({ name: 'Ada Lovelace', unknown: [1] }));
    const read = new Codec([shout, split]).decode(asRead(stored));
    expect(read).toMatchObject({
      data: { given: 'Ada', family: 'LOVELACE', unknown: [1] },
      metadata: { ...metadata, schemaVersion: 3 },
    });
  });

  it('begins at the version an event was written with', () => {
    const stored = new Codec([split]).encode(event({ given: 'Ada', family: 'Lovelace' }));
    expect(new Codec([split, shout]).decode(asRead(stored))?.data).toEqual({ given: 'Ada', family: 'LOVELACE' });
  });

  it('leaves the version out while there is only one', () => {
    expect(JSON.parse(String(Buffer.from(new Codec().encode(event({})).metadata)))).toEqual(metadata);
  });

  it('refuses chains with a gap or a fork', () => {
    expect(() => new Codec([shout])).toThrow('no upcaster reads version 1 of Named');
    expect(() => new Codec([split, split])).toThrow('two upcasters read version 1 of Named');
  });

  it.each([
    ['a Date', { at: new Date(0) }, 'data.at is a Date'],
    ['undefined', { gone: undefined }, 'data.gone is a undefined'],
    ['a BigInt', { list: [{ n: 1n }] }, 'data.list[0].n is a bigint'],
    ['NaN', { n: NaN }, 'data.n is no JSON number'],
    ['minus zero', { n: -0 }, 'data.n is no JSON number'],
    ['a Map', { map: new Map() }, 'data.map is a Map'],
    ['an instance', { who: new (class Person {})() }, 'data.who is a Person'],
    ['a function', { call: () => 0 }, 'data.call is a function'],
  ])('refuses %s, naming the place and not the value', (_name, data, message) => {
    const encode = (): unknown => new Codec().encode(event(data));
    expect(encode).toThrow(EventNotStorable);
    expect(encode).toThrow(message);
  });

  it('gives back exactly what went in', () => {
    const data = { text: 'ü\u0000\ud800 "', n: 1e-7, no: false, nothing: null, list: [[], {}], '': 1 };
    expect(new Codec().decode(asRead(new Codec().encode(event(data))))?.data).toEqual(data);
  });

  it('does not show the store’s own events, nor what is not JSON', () => {
    const stored = new Codec().encode(event({}));
    expect(new Codec().decode(asRead(stored, { stream: '$$named-1' }))).toBeUndefined();
    expect(new Codec().decode(asRead({ ...stored, type: '$metadata' }))).toBeUndefined();
    expect(new Codec().decode(asRead(stored, { contentType: 'application/octet-stream' }))).toBeUndefined();
  });

  it('reads both forms of the protocol’s UUID', () => {
    const structured = new shared.UUID.Structured();
    structured.setMostSignificantBits(BigInt.asIntN(64, 0x6e2a8f5c0c1d4b7en).toString());
    structured.setLeastSignificantBits(BigInt.asIntN(64, 0x9a570f0a2b3c4d5en).toString());
    expect(uuidText(new shared.UUID().setStructured(structured))).toBe(id);
    expect(uuidText(new shared.UUID().setString(id))).toBe(id);
  });
});

function asRead(stored: EncodedEvent, { stream = 'named-1', contentType = 'application/json' } = {}) {
  const name = new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(new shared.UUID().setString(stored.id)).setStreamIdentifier(name).setStreamRevision('0');
  recorded.setCommitPosition('7').setPreparePosition('7').setData(stored.data).setCustomMetadata(stored.metadata);
  recorded
    .getMetadataMap()
    .set('type', stored.type)
    .set('content-type', contentType)
    .set('created', '17000000000000000');
  const bytes = new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition('7').serializeBinary();
  return streams.ReadResp.ReadEvent.deserializeBinary(bytes);
}
