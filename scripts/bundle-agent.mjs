// The agent alone, in one file that needs Node.js and nothing else: dist/agent/keyturn-agent.mjs, with what it is made of beside it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './toolchain.mjs';

const packageIn = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/;

/** @returns the packages whose code is in it, sorted */
export async function bundleAgent(folder = join(root, 'dist/agent')) {
  const bundle = await rolldown({
    input: join(root, 'apps/agent/main.ts'),
    platform: 'node',
    resolve: { conditionNames: ['source', 'node', 'import'] },
    // Of no use in one file; and a warning is a mistake.
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message);
    },
  });
  mkdirSync(folder, { recursive: true });
  const { output } = await bundle.write({
    file: join(folder, 'keyturn-agent.mjs'),
    format: 'esm',
    codeSplitting: false,
    banner: '#!/usr/bin/env node\n// The on-premises agent of Keyturn: keyturn-agent [run], keyturn-agent doctor.',
  });
  await bundle.close();
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const packages = [...new Set(modules.flatMap((id) => packageIn.exec(id)?.[1] ?? []))].sort();
  const own = modules.filter((id) => !packageIn.test(id) && id.startsWith(root)).map((id) => relative(root, id));
  writeFileSync(join(folder, 'contents.json'), `${JSON.stringify({ packages, own: own.sort() }, null, 2)}\n`);
  return packages;
}

if (import.meta.filename === process.argv[1])
  process.stdout.write(`${(await bundleAgent(process.argv[2])).join('\n')}\n`);
