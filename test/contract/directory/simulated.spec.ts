import { randomUUID } from 'node:crypto';
import { startSimulatedDirectory, type SimulatedDirectory } from '#apps/outside/directory/simulated-directory';
import { Directory } from '#libs/directory/directory';
import { systemClock } from '#libs/runtime/clock';
import { directorySuite } from './directory-suite';
import { firstPassword, people, type Peopled } from './known-people';
import { peopledSimulation } from './peopled-simulation';
import { wireSuite } from './wire-suite';

describe('the simulated directory', () => {
  let server: SimulatedDirectory;
  let peopled: Peopled;
  beforeAll(async () => {
    // Everybody was there long before anything is done to them.
    let sinceMs = 3_600_000;
    server = await startSimulatedDirectory({
      clock: { now: () => new Date(systemClock.now().getTime() - sinceMs) },
      baseDn: 'dc=probe,dc=test',
      firstPassword,
      people: people.map((uid) => ({
        uid,
        mail: `${uid}@probe.test`,
        unit: uid === 'outsider' ? 'elsewhere' : 'people',
      })),
      groups: { admins: ['inner'], inner: ['boss'] },
      policy: { maximumFailures: 3 },
    });
    sinceMs = 0;
    peopled = peopledSimulation(server);
  });
  afterAll(() => server?.close());

  directorySuite(() => peopled);
  it('is asked again when it is busy, or drops the line', async () => {
    for (const fault of ['busy', 'drop', 'lose'] as const) {
      await server.setFaults({ [fault]: 1 });
      const before = await peopled.changes('carol');
      const request = {
        userId: peopled.ids.carol,
        epoch: 500_000 + before,
        writebackId: randomUUID(),
        password: `Busy-Harbour-${fault}!`,
        unlock: true,
        deadline: Date.now() + 60_000,
      };
      const directory = new Directory({ ...peopled.options, timeoutMs: 1_000 });
      expect(await directory.write(request, () => Promise.resolve())).toMatchObject({ kind: 'done', writes: 1 });
      expect((await peopled.changes('carol')) - before).toBe(1);
    }
  });
  describe('over a bad wire', () => wireSuite(() => peopled));
});
