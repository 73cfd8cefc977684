import { startSimulatedDirectory, type SimulatedDirectory } from '#apps/outside/directory/simulated-directory';
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
  describe('over a bad wire', () => wireSuite(() => peopled));
});
