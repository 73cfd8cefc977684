import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A small tree of files beside the project's own settings, where a rule can be broken without harm. */
export interface PlantedTree {
  /** Runs a tool of the project there. @returns what it printed, whatever its verdict */
  run(tool: string, ...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

/** @param files path → content */
export async function plant(files: Readonly<Record<string, string>>): Promise<PlantedTree> {
  const folder = await mkdtemp(join(tmpdir(), 'planted-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const name of ['package.json', 'tsconfig.json', 'eslint.config.mjs', '.dependency-cruiser.mjs']) {
    await cp(join(root, name), join(folder, name));
  }
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return {
    run: (tool, ...args) =>
      new Promise((resolve, reject) => {
        const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
        execFile(join(root, 'node_modules/.bin', tool), args, options, (error, stdout, stderr) =>
          stdout ? resolve(stdout) : reject(new Error(`${tool} said nothing: ${stderr}`, { cause: error })),
        );
      }),
    remove: () => rm(folder, { recursive: true }),
  };
}
