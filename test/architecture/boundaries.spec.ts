// Each boundary, shown to fail on a planted violation; and the lawful edges beside them, shown to pass.
import { plant, type PlantedTree } from './planted-tree.js';

const spokes = [
  'eventstore',
  'eventstore-embedded',
  'readmodels',
  'vault',
  'channels',
  'directory',
  'captcha',
  'audit',
];
const libs = ['domain', 'runtime', 'commands', ...spokes];
const apps = ['api', 'worker', 'keyturn', 'agent', 'outside', 'web'];

interface Planted {
  readonly rule: string;
  readonly path: string;
  readonly content: string;
}

const importing = (target: string): string => `import { it } from '${target}';\nexport const planted = it;\n`;
const breaking = (rule: string, path: string, target: string): Planted => ({ rule, path, content: importing(target) });

const planted: readonly Planted[] = [
  breaking('domain-is-pure', 'libs/domain/uses-node.ts', 'node:fs'),
  breaking('domain-is-pure', 'libs/domain/uses-package.ts', 'pg'),
  breaking('domain-is-pure', 'libs/domain/uses-runtime.ts', '#libs/runtime/thing'),
  breaking('domain-specs-stay-at-home', 'libs/domain/roams.spec.ts', '#libs/vault/thing'),
  breaking('runtime-knows-nothing-of-ours', 'libs/runtime/uses-domain.ts', '#libs/domain/thing'),
  ...spokes.flatMap((spoke) =>
    spokes
      .filter((other) => other !== spoke && !(spoke === 'channels' && other === 'vault'))
      .map((other) =>
        breaking(`${spoke}-knows-only-domain-and-runtime`, `libs/${spoke}/uses-${other}.ts`, `#libs/${other}/thing`),
      ),
  ),
  ...spokes.map((spoke) =>
    breaking('only-the-ring-knows-commands', `libs/${spoke}/uses-commands.ts`, '#libs/commands/thing'),
  ),
  ...libs.map((lib) => breaking('libs-never-import-apps', `libs/${lib}/uses-an-app.ts`, '#apps/api/thing')),
  breaking('apps-are-strangers', 'apps/api/uses-worker.ts', '#apps/worker/thing'),
  breaking('apps-are-strangers', 'apps/api/uses-outside.ts', '#apps/outside/thing'),
  breaking('apps-are-strangers', 'apps/worker/uses-keyturn.ts', '#apps/keyturn/thing'),
  breaking('pages-know-only-the-contract', 'apps/web/uses-domain.ts', '#libs/domain/thing'),
  breaking('agent-knows-only-directory-and-runtime', 'apps/agent/uses-eventstore.ts', '#libs/eventstore/thing'),
  breaking('agent-needs-few-packages', 'apps/agent/uses-pg.ts', 'pg'),
  breaking('agent-needs-few-packages', 'libs/directory/uses-pg.ts', 'pg'),
  breaking('product-never-imports-tests', 'libs/vault/uses-a-test.ts', '../../test/support/thing.js'),
  breaking('no-unresolvable', 'libs/vault/leads-nowhere.ts', './nowhere.js'),
  breaking('no-development-packages-in-the-product', 'libs/vault/uses-a-tester.ts', 'fast-check'),
  breaking('no-cycles', 'libs/vault/chicken.ts', './egg.js'),
];

const lawful: Readonly<Record<string, string>> = {
  ...Object.fromEntries(libs.map((lib) => [`libs/${lib}/thing.ts`, 'export const it = 1;\n'])),
  ...Object.fromEntries(apps.map((app) => [`apps/${app}/thing.ts`, 'export const it = 1;\n'])),
  'test/support/thing.ts': 'export const it = 1;\n',
  ...Object.fromEntries(
    libs
      .filter((lib) => lib !== 'domain')
      .flatMap((lib) => [
        [`libs/${lib}/within.ts`, importing('./thing.js')],
        [`libs/${lib}/uses-node.ts`, importing('node:fs')],
      ]),
  ),
  ...Object.fromEntries(
    [...spokes, 'commands'].flatMap((lib) => [
      [`libs/${lib}/uses-domain.ts`, importing('#libs/domain/thing')],
      [`libs/${lib}/uses-runtime.ts`, importing('#libs/runtime/thing')],
    ]),
  ),
  'libs/channels/resolves.ts': importing('#libs/vault/thing'),
  ...Object.fromEntries(libs.map((lib) => [`libs/commands/uses-${lib}.ts`, importing(`#libs/${lib}/thing`)])),
  ...Object.fromEntries(apps.map((app) => [`apps/keyturn/uses-${app}.ts`, importing(`#apps/${app}/thing`)])),
  'apps/api/uses-commands.ts': importing('#libs/commands/thing'),
  // A cycle is told of one of its files.
  'libs/vault/egg.ts': `export { planted as it } from './chicken.js';\n`,
  'libs/domain/spec.spec.ts': importing('./thing.js'),
  // Types may point at each other: they are gone when the program runs.
  'libs/vault/one.ts': `import type { Two } from './two.js';\nexport type One = { two: Two };\n`,
  'libs/vault/two.ts': `import type { One } from './one.js';\nexport type Two = { one: One };\n`,
};

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

let tree: PlantedTree;
let violations: readonly Violation[];

beforeAll(async () => {
  tree = await plant({ ...lawful, ...Object.fromEntries(planted.map(({ path, content }) => [path, content])) });
  const report = await tree.run(
    'depcruise',
    ...['apps', 'libs', 'test', '--config', '.dependency-cruiser.mjs', '--no-cache', '--output-type', 'json'],
  );
  ({ violations } = (JSON.parse(report) as { summary: { violations: Violation[] } }).summary);
}, 60_000);

afterAll(() => tree.remove());

const broken = (path: string): string[] => [
  ...new Set(violations.filter(({ from }) => from === path).map(({ rule }) => rule.name)),
];

it.each(planted)('$rule catches $path', ({ rule, path }) => expect(broken(path)).toContain(rule));

it('lets the lawful edges pass', () => {
  expect(Object.keys(lawful).flatMap((path) => broken(path).map((rule) => `${path}: ${rule}`))).toEqual([]);
});

it('has a violation planted for each of its rules', async () => {
  const { default: config } = (await import('../../.dependency-cruiser.mjs' as string)) as {
    default: { forbidden: { name: string }[] };
  };
  const names = config.forbidden.map(({ name }) => name);
  expect(names.filter((name) => !planted.some(({ rule }) => rule === name))).toEqual([]);
});
