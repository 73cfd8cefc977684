import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import tseslint from 'typescript-eslint';

const code = ['{apps,libs,test}/**/*.{ts,tsx}'];
const specs = ['**/*.spec.{ts,tsx}', 'test/**'];
const scripts = ['**/*.{js,mjs}'];

/** What one file name may look like; roles are the only dotted suffixes (docs: "Names and style"). */
const fileName =
  /^[a-z0-9]+(-[a-z0-9]+)*(\.(events|commands|state|status|reactions|controller|processor|module|dto|guard|decorator|worker|d))?(\.spec)?\.tsx?$/;
const vagueName = /^(utils?|common|shared|helpers?|manager|base|misc|index)\.|-(utils?|helpers?|manager|impl|base)\./;

const keyturn = {
  // What was linted under other rules is linted again.
  meta: {
    name: 'keyturn',
    version: createHash('sha256')
      .update(readFileSync(import.meta.filename))
      .digest('hex'),
  },
  rules: {
    'file-name': {
      meta: {
        type: 'problem',
        schema: [],
        messages: {
          shape: '{{name}}: kebab-case, with a role suffix or none',
          vague: '{{name}}: name the file after what it holds',
        },
      },
      create: (context) => ({
        Program(node) {
          const name = basename(context.filename);
          if (!fileName.test(name)) context.report({ node, messageId: 'shape', data: { name } });
          if (vagueName.test(name)) context.report({ node, messageId: 'vague', data: { name } });
        },
      }),
    },
  },
};

const forbiddenTypeName = '^I(?!P)[A-Z][a-z]|(Impl|Base|Manager|Helper|Utils?)$';

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.keyturn/', '**/public/', 'test/golden/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: code,
    extends: [tseslint.configs.base],
    plugins: { keyturn },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      // React takes a handler that returns a promise; what it rejects with is caught inside.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: ['typeLike'], format: null, custom: { regex: forbiddenTypeName, match: false } },
      ],
      'keyturn/file-name': 'error',
      'max-lines': ['error', { max: 300 }],
      'no-console': 'error',
      'no-debugger': 'error',
      'no-eval': 'error',
      'no-var': 'error',
      'prefer-const': ['error', { ignoreReadBeforeAssign: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['libs/domain/**/*.ts'],
    ignores: specs,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^[^.]', message: 'The domain imports nothing but itself.' },
            { regex: '^(\\.\\./)+(\\.\\.|[a-z-]+/\\.\\.)', message: 'The domain imports nothing but itself.' },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        ...[
          'process',
          'Buffer',
          'crypto',
          'performance',
          'fetch',
          'console',
          'setTimeout',
          'setInterval',
          'setImmediate',
          'queueMicrotask',
          'globalThis',
          'require',
        ].map((name) => ({ name, message: 'Facts are looked up outside the domain and passed in.' })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Random is a fact: pass it in.' },
        { object: 'Date', property: 'now', message: 'The time is a fact: pass it in as `now`.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The time is a fact: pass it in as `now`.',
        },
        {
          selector:
            'AwaitExpression, FunctionDeclaration[async=true], ArrowFunctionExpression[async=true], FunctionExpression[async=true]',
          message: 'The domain waits for nothing.',
        },
      ],
    },
  },
  {
    files: specs,
    rules: {
      'max-lines': ['error', { max: 500 }],
    },
  },
  // Whoever starts a program reads what it says.
  { files: ['apps/cli/**', 'apps/*/main.ts', 'test/**'], rules: { 'no-console': 'off' } },
  { files: ['apps/web/src/messages/**'], rules: { 'max-lines': 'off' } },
  { files: ['**/*.config.ts'], rules: { 'keyturn/file-name': 'off' } },
  {
    files: scripts,
    rules: {
      'no-var': 'error',
      'prefer-const': ['error', { ignoreReadBeforeAssign: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-debugger': 'error',
    },
  },
);
