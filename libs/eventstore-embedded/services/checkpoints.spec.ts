import type { LogEntry } from '../log/entry';
import { streams } from '../protocol/generated';
import { Checkpoints } from './checkpoints';

const entry = (position: number) => ({ position }) as LogEntry;
const encode = ({ position }: LogEntry) => Buffer.from(`event ${position}`);

/** Events and checkpoints as text, in order. */
const said = (messages: Buffer[]) =>
  messages.map((message) => {
    const text = message.toString();
    if (text.startsWith('event')) return text;
    return `checkpoint ${streams.ReadResp.deserializeBinary(message).getCheckpoint()!.getCommitPosition()}`;
  });

describe('checkpoints of a filtered subscription', () => {
  it('fall after every so many events looked at, between the events found', () => {
    const checkpoints = new Checkpoints(10);
    expect(said(checkpoints.interleave([entry(103), entry(110), entry(111), entry(125)], 100, 132, encode))).toEqual([
      'event 103',
      'event 110',
      'checkpoint 110',
      'event 111',
      'checkpoint 120',
      'event 125',
      'checkpoint 130',
    ]);
  });

  it('count across pages, however small', () => {
    const checkpoints = new Checkpoints(4);
    const messages = [];
    for (let position = 0; position < 10; position++)
      messages.push(...checkpoints.interleave([], position, position + 1, encode));
    expect(said(messages)).toEqual(['checkpoint 4', 'checkpoint 8']);
    expect(said(checkpoints.caughtUp())).toEqual(['checkpoint 10']);
    expect(said(checkpoints.caughtUp())).toEqual([]);
    expect(said(checkpoints.interleave([entry(14)], 10, 14, encode))).toEqual(['event 14', 'checkpoint 14']);
    expect(said(checkpoints.caughtUp())).toEqual([]);
  });
});
