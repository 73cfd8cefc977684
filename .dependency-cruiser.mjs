/**
 * The star and its ring (docs: "Dependency rule"). Every rule is shown to fail by test/architecture/boundaries.spec.ts.
 */
const spec = '\\.spec\\.tsx?$';

/** @param name what the report calls it @param comment said to whoever broke it */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** Libs between domain and commands: they know only `domain`, `runtime` and what is named here. */
const spokes = {
  eventstore: [],
  'eventstore-embedded': [],
  readmodels: [],
  vault: [],
  channels: ['vault'],
  directory: [],
  captcha: [],
  audit: [],
};

const spoke = ([lib, more]) =>
  forbid(
    `${lib}-knows-only-domain-and-runtime`,
    `libs/${lib} may import domain, runtime${more.map((name) => `, ${name}`).join('')} and itself.`,
    { path: `^libs/${lib}/`, pathNot: spec },
    { path: '^(libs|apps)/', pathNot: `^libs/(${['domain', 'runtime', lib, ...more].join('|')})/` },
  );

export default {
  forbidden: [
    forbid(
      'domain-is-pure',
      'libs/domain imports nothing but itself: facts are looked up elsewhere and passed in.',
      { path: '^libs/domain/', pathNot: spec },
      { pathNot: '^libs/domain/' },
    ),
    forbid(
      'domain-specs-stay-at-home',
      'Specs of the domain need the domain and a property tester, nothing else.',
      { path: `^libs/domain/.*${spec}` },
      { pathNot: ['^libs/domain/', 'node_modules/fast-check/', 'node_modules/@jest/globals/'] },
    ),
    forbid(
      'runtime-knows-nothing-of-ours',
      'libs/runtime is below everything but the domain; it imports nothing of ours.',
      { path: '^libs/runtime/', pathNot: spec },
      { path: '^(libs|apps)/', pathNot: '^libs/runtime/' },
    ),
    ...Object.entries(spokes).map(spoke),
    forbid(
      'only-the-ring-knows-commands',
      'libs/commands joins the libs; only apps stand above it.',
      { path: '^libs/', pathNot: ['^libs/commands/', spec] },
      { path: '^libs/commands/' },
    ),
    forbid('libs-never-import-apps', 'A lib must work without any app.', { path: '^libs/' }, { path: '^apps/' }),
    forbid(
      'apps-are-strangers',
      'Apps meet over HTTP, the log and the queues. Only apps/keyturn composes them in one process.',
      { path: '^apps/([^/]+)/', pathNot: '^apps/keyturn/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    forbid(
      'pages-know-only-the-contract',
      'apps/web runs in a browser: it speaks HTTP and imports no lib of the server.',
      { path: '^apps/web/', pathNot: spec },
      { path: '^libs/' },
    ),
    forbid(
      'agent-knows-only-directory-and-runtime',
      "The agent runs in the customer's network with no credentials of ours.",
      { path: '^apps/agent/', pathNot: spec },
      { path: '^libs/', pathNot: '^libs/(domain|runtime|directory)/' },
    ),
    forbid(
      'agent-needs-few-packages',
      'What runs beside the directory is small enough to be read: an LDAP client and HPKE, nothing else.',
      { path: '^(apps/agent|libs/directory)/', pathNot: spec },
      { path: 'node_modules/', pathNot: 'node_modules/(ldapts|@hpke/[^/]+|@types/node)/' },
    ),
    forbid(
      'product-never-imports-tests',
      'What ships does not know its tests.',
      { path: '^(libs|apps)/', pathNot: spec },
      { path: ['^test/', spec] },
    ),
    forbid(
      'no-cycles',
      'Two files that need each other are one file, or three.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid('no-unresolvable', 'This import leads nowhere.', { pathNot: '^apps/web/' }, { couldNotResolve: true }),
    forbid(
      'no-development-packages-in-the-product',
      'Move it from devDependencies to dependencies, or do without.',
      { path: '^(libs|apps)/', pathNot: [spec, '^apps/web/'] },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|^\\.keyturn/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      // `#libs/…` of package.json leads to the sources.
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
    cache: { folder: 'node_modules/.cache/dependency-cruiser', strategy: 'metadata' },
  },
};
