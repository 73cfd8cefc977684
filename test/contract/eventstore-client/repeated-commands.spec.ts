import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { RuleViolation } from '#libs/domain/decider';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { context, summarisedCounter, type CounterEvent } from './counter';
import { servers, type Server } from './stores';

/** Which of the commands, sent to which process, saying what. */
interface Sent {
  readonly command: number;
  readonly process: 0 | 1;
  readonly by: number;
}

const commands = 7;
const sent: fc.Arbitrary<Sent> = fc.record({
  command: fc.nat(commands - 1),
  process: fc.constantFrom(0 as const, 1 as const),
  by: fc.integer({ min: 1, max: 3 }),
});
/** One batch after the other, each sent at once. */
const batches = fc.array(fc.array(sent, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 });

/** What a command says until it is recorded: refused with one wish, it might pass with another. */
const own = ({ command }: Sent): number => 1 + (command % 3);

/** Refused when it would go beyond, so that some commands write nothing. */
const limit = 12;
/** Summarised once, and not twice: of the commands before the last summary but one, none is remembered. */
const decider = summarisedCounter(4);

describe.each(servers)('the same command on %s', (_name, start) => {
  let server: Server;
  let processes: EventStore[];

  beforeAll(async () => {
    server = await start();
    processes = [EventStore.connect(server.url), EventStore.connect(server.url)];
  });
  afterAll(async () => {
    await Promise.all(processes.map((store) => store.close()));
    await server.discard();
  });

  const added = async (id: string): Promise<[id: string, commandId: string | undefined][]> =>
    (await processes[0]!.readStream(`${decider.category}-${id}`))
      .filter(({ type }) => (type as CounterEvent['type']) === 'Added')
      .map((event) => [event.id, event.metadata.commandId]);

  it('changes nothing, in whatever order and however often it comes, whatever it says then', async () => {
    const once = async (all: readonly (readonly Sent[])[]): Promise<void> => {
      const id = randomUUID();
      const contexts = Array.from({ length: commands }, () => context());
      const send = async ({ command, process, by }: Sent): Promise<string[] | 'refused'> => {
        try {
          const add = { type: 'Add', by, limit } as const;
          const { events } = await execute(processes[process]!, decider, id, add, contexts[command]!);
          return events.filter(({ type }) => type === 'Added').map((event) => event.id);
        } catch (error) {
          if (error instanceof RuleViolation) return 'refused';
          throw error;
        }
      };
      for (const batch of all) {
        const before = await added(id);
        const known = new Set(before.map(([, commandId]) => commandId));
        const answers = await Promise.all(
          batch.map((one) => send(known.has(contexts[one.command]!.commandId) ? one : { ...one, by: own(one) })),
        );
        const after = await added(id);
        // What was there stays, and each command is there once at most.
        expect(after.slice(0, before.length)).toEqual(before);
        expect(new Set(after.map(([, commandId]) => commandId)).size).toBe(after.length);
        // Everybody who sent one is told what became of it, by this one or the one before.
        batch.forEach(({ command }, n) => {
          const recorded = after.filter(([, commandId]) => commandId === contexts[command]!.commandId);
          expect(answers[n]).toEqual(recorded.length > 0 ? recorded.map(([eventId]) => eventId) : 'refused');
        });
      }
      const there = await added(id);
      for (const [, commandId] of there) {
        const command = contexts.findIndex((one) => one.commandId === commandId);
        for (const process of [0, 1] as const) await send({ command, process, by: 3 });
      }
      expect(await added(id)).toEqual(there);
    };
    await fc.assert(fc.asyncProperty(batches, once), { numRuns: 8 });
  }, 30_000);
});
