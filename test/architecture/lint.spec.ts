// Each lint rule of ours, shown to fail on a planted violation; and lawful code beside it, shown to pass.
import { plant, type PlantedTree } from './planted-tree.js';

const planted: readonly (readonly [rule: string, path: string, content: string])[] = [
  ['@typescript-eslint/no-floating-promises', 'libs/vault/floats.ts', 'const work = async () => 1;\nwork();\n'],
  [
    '@typescript-eslint/no-misused-promises',
    'libs/vault/misuses.ts',
    'const work = async () => true;\nexport const n = work() ? 1 : 2;\n',
  ],
  [
    '@typescript-eslint/switch-exhaustiveness-check',
    'libs/vault/forgets.ts',
    "export function of(x: 'a' | 'b') {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n",
  ],
  [
    '@typescript-eslint/consistent-type-imports',
    'libs/vault/imports-type.ts',
    "import { type Shape, it } from './thing.js';\nimport { Shape as Again } from './thing.js';\nexport const x: Shape & Again = it;\n",
  ],
  ['@typescript-eslint/only-throw-error', 'libs/vault/throws.ts', "export const f = () => {\n  throw 'text';\n};\n"],
  ['@typescript-eslint/no-explicit-any', 'libs/vault/any.ts', 'export const f = (x: any) => x as number;\n'],
  ['@typescript-eslint/await-thenable', 'libs/vault/awaits.ts', 'export const f = async () => await 1;\n'],
  ['@typescript-eslint/naming-convention', 'libs/vault/hungarian.ts', 'export interface IVault {\n  n: number;\n}\n'],
  ['@typescript-eslint/naming-convention', 'libs/vault/implementation.ts', 'export class VaultImpl {}\n'],
  ['@typescript-eslint/naming-convention', 'libs/vault/foundation.ts', 'export class VaultBase {}\n'],
  ['@typescript-eslint/naming-convention', 'libs/vault/manages.ts', 'export class VaultManager {}\n'],
  ['@typescript-eslint/naming-convention', 'libs/vault/helps.ts', 'export type VaultHelper = number;\n'],
  ['keyturn/file-name', 'libs/vault/camelCase.ts', 'export const n = 1;\n'],
  ['keyturn/file-name', 'libs/vault/vault.service.ts', 'export const n = 1;\n'],
  ['keyturn/file-name', 'libs/vault/utils.ts', 'export const n = 1;\n'],
  ['keyturn/file-name', 'libs/vault/index.ts', 'export const n = 1;\n'],
  ['keyturn/file-name', 'libs/vault/date-helper.ts', 'export const n = 1;\n'],
  ['max-lines', 'libs/vault/endless.ts', 'export {};\n'.repeat(301)],
  ['no-console', 'libs/vault/talks.ts', "console.log('secret');\n"],
  ['eqeqeq', 'libs/vault/compares.ts', 'export const f = (a: number, b: number) => a == b;\n'],
  ['no-restricted-properties', 'libs/domain/gambles.ts', 'export const n = Math.random();\n'],
  ['no-restricted-properties', 'libs/domain/looks-at-the-clock.ts', 'export const n = Date.now();\n'],
  ['no-restricted-syntax', 'libs/domain/makes-a-date.ts', 'export const n = new Date();\n'],
  ['no-restricted-syntax', 'libs/domain/waits.ts', 'export const f = async () => 1;\n'],
  ['no-restricted-globals', 'libs/domain/reads-settings.ts', 'export const n = process.env;\n'],
  ['no-restricted-imports', 'libs/domain/reads-files.ts', "export { readFile } from 'node:fs';\n"],
  ['no-restricted-imports', 'libs/domain/uses-package.ts', "export { default } from 'pg';\n"],
  ['no-restricted-imports', 'libs/domain/uses-lib.ts', "export { it } from '#libs/vault/thing';\n"],
];

const lawful: Readonly<Record<string, string>> = {
  'libs/vault/thing.ts': 'export interface Shape {\n  n: number;\n}\nexport const it: Shape = { n: 1 };\n',
  'libs/vault/vault.spec.ts': "import { it as thing } from './thing.js';\nexport const n = thing.n;\n",
  'libs/vault/ip-address.ts': 'export interface IPv4Address {\n  n: number;\n}\n',
  'libs/vault/now.ts': 'export const now = () => new Date(Date.now() + Math.random());\n',
  'libs/vault/waits.ts': 'export const f = async () => {\n  await Promise.resolve(1);\n};\n',
  'libs/domain/time.ts': 'export const iso = (ms: number) => new Date(ms).toISOString();\n',
  'libs/domain/recovery/recovery.events.ts': "import { iso } from '../time.js';\nexport const at = iso(0);\n",
  'apps/cli/command.ts': "console.log('done');\n",
  'apps/worker/main.ts': "console.log('ready');\n",
};

let tree: PlantedTree;
let broken: Map<string, string[]>;

beforeAll(async () => {
  tree = await plant({ ...lawful, ...Object.fromEntries(planted.map(([, path, content]) => [path, content])) });
  const report = JSON.parse(await tree.run('eslint', 'apps', 'libs', '--format', 'json')) as {
    filePath: string;
    messages: { ruleId: string | null; message: string }[];
  }[];
  broken = new Map(
    report.map(({ filePath, messages }) => [
      filePath.replace(/^.*\/planted-[^/]+\//, ''),
      [...new Set(messages.map(({ ruleId, message }) => ruleId ?? message))],
    ]),
  );
}, 60_000);

afterAll(() => tree.remove());

it.each(planted)('%s catches %s', (rule, path) => expect(broken.get(path)).toEqual([rule]));

it.each(Object.keys(lawful))('lets %s pass', (path) => expect(broken.get(path)).toEqual([]));
