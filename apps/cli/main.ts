import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { BackupTrailer } from '#libs/commands/operations/backup-format';
import { plans, type Plan } from '#libs/domain/tenant/plan';
import { writeWhole } from './backup-file.js';
import { caseJson, caseReport } from './case-report.js';
import { cliSettings } from './cli-settings.js';
import { exportFacts } from './export-facts.js';
import { openOperations } from './open-operations.js';
import { OperatorError, type Operations } from './operations.js';
import { ProgressBar } from './progress-bar.js';
import { readerOf, type ReadingFlags } from './reader.js';
import { replayReport } from './replay-report.js';

const program = new Command('keyturn')
  .description('What operators need: cases, replays, backups. Talks to the running Keyturn, or works on its stores.')
  .option('--url <url>', 'where Keyturn answers, in server mode; needs KEYTURN_OPERATOR_TOKEN')
  .showHelpAfterError();

program
  .command('case')
  .description('everything about one recovery, in order; personal data stay references unless revealed')
  .argument('<code>', 'support code, or id of the recovery')
  .option('--json', 'as JSON, with the data of every event')
  .option('--reveal', 'with personal data; asks for your password and app code, and records that you read them')
  .option('--as <user name>', 'who reads: an auditor or administrator of the tenant; with --reveal')
  .option('--reason <text>', 'why, kept in the vault beside the record; with --reveal')
  .action(async (code: string, { json, ...reading }: CaseFlags) => {
    const reader = await readerOf(reading);
    const file = await withOperations((operations) =>
      reader ? operations.reveal(code, reader) : operations.caseFile(code),
    );
    if (!file) throw new OperatorError(`No recovery has the support code or id "${code}".`);
    print(json ? caseJson(file) : caseReport(file));
  });

interface CaseFlags extends ReadingFlags {
  readonly json?: boolean;
}

interface ReplayFlags {
  readonly model?: string;
  readonly json?: boolean;
  readonly acceptDifferences?: boolean;
}

const replaying = async (compareOnly: boolean, { json, ...request }: ReplayFlags): Promise<void> => {
  const bar = new ProgressBar(process.stderr);
  const results = await withOperations((operations) =>
    operations.replay({ ...request, compareOnly }, (progress) => bar.show(progress)),
  ).finally(() => bar.end());
  print(json ? `${JSON.stringify(results, undefined, 2)}\n` : replayReport(results));
  if (results.some(({ outcome, differences }) => outcome === 'refused' || (compareOnly && differences > 0))) {
    process.exitCode = 2;
  }
};

program
  .command('replay')
  .description('make read models anew beside the old ones, compare, switch; nothing is sent')
  .option('--model <name>', 'only this one, such as recovery_status')
  .option('--accept-differences', 'switch although rows differ')
  .option('--json', 'results as JSON')
  .action((flags: ReplayFlags) => replaying(false, flags));

program
  .command('compare')
  .description('make read models anew and compare them with the old ones; nothing is switched')
  .option('--model <name>', 'only this one')
  .option('--json', 'results as JSON')
  .action((flags: ReplayFlags) => replaying(true, flags));

program
  .command('backup')
  .description('log, vault and wrapped keys into one file (mode 0600); the master key is not in it')
  .argument('<file>')
  .action(async (file: string) => {
    const path = resolve(file);
    const { trailer, bytes } = await withOperations(async (operations) => {
      const { lines, result } = exportFacts<BackupTrailer>('The backup', operations.backup());
      await writeWhole(path, lines);
      return result();
    });
    print(
      `${path}: ${trailer.events} events, ${bytes} bytes.\n` +
        'Keep the master key apart from it: without the key, nobody can read what people entrusted to the vault.\n' +
        'Keep the list of erased persons (keyturn erasures <file>) apart as well, and newer than the backup.\n',
    );
  });

program
  .command('erasures')
  .description('the list of who was erased, which a restore applies again')
  .argument('<file>')
  .action(async (file: string) => {
    await withOperations((operations) =>
      writeWhole(resolve(file), exportFacts('The list of erased persons', operations.erasures()).lines),
    );
  });

program
  .command('restore')
  .description('a backup into empty stores: a fresh data directory, or fresh databases')
  .argument('<file>')
  .option('--erasures <file>', 'the newest list of who was erased')
  .option('--nobody-erased', 'there is no such list, because nobody was ever erased')
  .action(async (file: string, flags: { erasures?: string; nobodyErased?: boolean }) => {
    const erasures = flags.erasures ?? (flags.nobodyErased ? false : undefined);
    if (erasures === undefined) {
      throw new OperatorError('Name the newest list of erased persons with --erasures, or say --nobody-erased.');
    }
    const { restoreCommand } = await import('./restore-command.js');
    const onProgress = (done: number, of: number): void => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of} events\u001b[K`);
    };
    const { events } = await restoreCommand(settings(), { file: resolve(file), erasures, onProgress });
    if (process.stderr.isTTY) process.stderr.write('\n');
    print(`Restored ${events} events and the vault. The read models are made at the next start.\n`);
  });

program
  .command('rotate-master-key')
  .description('wrap all keys with the first key of KEYTURN_MASTER_KEY, and retire the others; values stay as they are')
  .action(async () => {
    const { rotateCommand } = await import('./rotate-command.js');
    const masterKeyId = await rotateCommand(settings());
    print(
      `Every key is wrapped with the master key ${masterKeyId}. Start Keyturn with this one alone from now on.\n` +
        'Backups made before still need the key they were made under.\n',
    );
  });

const tenants = program.command('tenant').description('organisations');

interface TenantFlags {
  readonly organisation: string;
  readonly domain: string;
  readonly plan: Plan;
  readonly admin: string;
  readonly adminEmail: string;
  readonly language: 'ja' | 'en';
}

tenants
  .command('create')
  .description('a tenant and its first administrator; the password is shown once')
  .requiredOption('--organisation <name>', 'as people know it')
  .requiredOption('--domain <domain>', 'whose user names belong to it; you vouch for it')
  .requiredOption('--admin <user name>', 'the first global administrator, such as admin@example.com')
  .requiredOption('--admin-email <address>', 'where the administrator gets codes: an address outside the domain')
  .addOption(new Option('--plan <plan>').choices(plans).default('p1'))
  .addOption(new Option('--language <language>', 'of the administrator').choices(['ja', 'en']).default('en'))
  .action(async (flags: TenantFlags) => {
    const { tenantCommand } = await import('./tenant-command.js');
    const { tenantId, password, appUri } = await tenantCommand(settings(), flags);
    print(
      `Tenant ${tenantId} is founded. Its administrator ${flags.admin} signs in with the password\n\n  ${password}\n\n` +
        `and the code of an authenticator app with this address\n\n  ${appUri}\n\n` +
        'Both are shown once. Nobody may reset passwords yet: the policy begins with "enabled for: none".\n',
    );
  });

const settings = () => cliSettings(process.env, program.opts<{ url?: string }>().url);

async function withOperations<T>(work: (operations: Operations) => Promise<T>): Promise<T> {
  const operations = await openOperations(settings());
  try {
    return await work(operations);
  } finally {
    await operations.close();
  }
}

const print = (text: string): void => void process.stdout.write(text);

/** What was thrown on purpose says what to do; what the language threw is a defect, and comes with its stack. */
const isDefect = (error: Error): boolean =>
  error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;

try {
  await program.parseAsync();
} catch (error) {
  const trouble = error as Error;
  process.stderr.write(`${isDefect(trouble) ? trouble.stack : trouble.message}\n`);
  process.exitCode = 1;
}
