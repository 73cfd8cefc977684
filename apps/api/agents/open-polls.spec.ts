import { once } from 'node:events';
import { OpenPolls } from './open-polls.js';

const untilEnded = async (signal: AbortSignal): Promise<undefined> => {
  if (!signal.aborted) await once(signal, 'abort');
  return undefined;
};

describe('open questions of agents', () => {
  it('are one for each agent: the newest ends the one before', async () => {
    const polls = new OpenPolls();
    const first = polls.hold('agent-1', untilEnded);
    const other = polls.hold('agent-2', (signal) => untilEnded(signal));
    const second = polls.hold('agent-1', () => Promise.resolve('work'));
    await expect(first).rejects.toMatchObject({ code: 'poll-replaced' });
    expect(await second).toBe('work');
    // Over is over: nothing is left to be replaced.
    expect(await polls.hold('agent-1', () => Promise.resolve(undefined))).toBeUndefined();
    void polls.hold('agent-2', () => Promise.resolve(undefined));
    await expect(other).rejects.toMatchObject({ code: 'poll-replaced' });
  });

  it('bring what they had found all the same', async () => {
    const polls = new OpenPolls();
    const first = polls.hold('agent-1', async (signal) => {
      await untilEnded(signal);
      return 'leased a moment ago';
    });
    void polls.hold('agent-1', () => Promise.resolve(undefined));
    expect(await first).toBe('leased a moment ago');
  });
});
