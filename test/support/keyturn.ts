import { execFile } from 'node:child_process';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The operator's command line, as its own process. @param input what is typed where nobody types: standard input */
export const keyturn = (args: readonly string[], env: Record<string, string>, input = ''): Promise<Ran> =>
  command('keyturn', args, env, input);

/** One of the commands of `bin/`. */
export function command(
  name: 'keyturn' | 'keyturn-agent',
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): Promise<Ran> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(KEYTURN_|NODE_OPTIONS)/.test(name));
  const options = { env: { ...Object.fromEntries(inherited), ...env }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [`bin/${name}.mjs`, ...args], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
    child.stdin!.end(input);
  });
}
