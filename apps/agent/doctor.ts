import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { examineDirectory } from '#libs/directory/doctor/examine-directory';
import { failed, ok, unknown, warning, type Finding } from '#libs/directory/doctor/finding';
import { Identity } from './identity.js';
import { identityKeyMs, sealingKeyMs } from './key-ages.js';
import { proxyUnused } from './node-switches.js';
import { Platform, PlatformRefused } from './platform.js';
import type { AgentSettings } from './settings.js';

const tolerated = 30;

/** Examines everything this agent needs. Changes nothing, neither here nor there. */
export async function examine(settings: AgentSettings): Promise<Finding[]> {
  const { directory, units, attributes } = settings;
  const [platform, own, theirs] = await Promise.all([
    examinePlatform(settings.apiUrl),
    examineIdentity(settings),
    examineDirectory(directory, { ...(units.length > 0 && { units }), attributes }),
  ]);
  return [...theirs, ...platform, ...(await examineDataDir(settings.dataDir)), ...own];
}

/** An unsigned question is refused with the platform's time. */
async function examinePlatform(apiUrl: URL): Promise<Finding[]> {
  const path = `${apiUrl.pathname.replace(/\/$/, '')}/api/v1/agent/commands`;
  const asked = await fetch(new URL(path, apiUrl), { redirect: 'error', signal: AbortSignal.timeout(10_000) }).catch(
    (error: Error) => (error.cause as NodeJS.ErrnoException | undefined)?.code ?? error.name,
  );
  if (typeof asked === 'string') {
    const fix = proxyUnused(process.env)
      ? 'HTTPS_PROXY is set, but Node.js asks it only with NODE_USE_ENV_PROXY=1: set that too.'
      : 'Open HTTPS from this machine to AGENT_API_URL, or set HTTPS_PROXY and NODE_USE_ENV_PROXY=1; behind a proxy that opens TLS, set NODE_EXTRA_CA_CERTS to its authority.';
    return [failed('api', `${apiUrl.origin} cannot be reached (${asked})`, fix)];
  }
  const { now } = (await asked.json().catch(() => ({}))) as { now?: string };
  if (now === undefined) return [failed('api', `${apiUrl.origin} is not Keyturn`, 'Correct AGENT_API_URL.')];
  const off = Math.round((Date.parse(now) - Date.now()) / 1000);
  return [
    ok('api', `${apiUrl.origin} answers`),
    Math.abs(off) <= tolerated
      ? ok('api-clock', `within ${tolerated} s of this machine’s`)
      : warning(
          'api-clock',
          `${off} s ahead of this machine’s; the agent goes by Keyturn’s`,
          'Let this machine follow a time server.',
        ),
  ];
}

/** Private keys lie there: whoever can read them is this agent. */
async function examineDataDir(dataDir: string): Promise<Finding[]> {
  const there = await stat(dataDir).catch(() => undefined);
  if (!there) return [];
  if (
    await access(dataDir, constants.W_OK).then(
      () => false,
      () => true,
    )
  ) {
    return [
      failed('data-dir', `${dataDir} may not be written`, 'Let the user the agent runs as write AGENT_DATA_DIR.'),
    ];
  }
  const keys = await stat(join(dataDir, 'identity.json')).catch(() => undefined);
  const open = process.platform !== 'win32' && keys !== undefined && (keys.mode & 0o077) !== 0;
  const fix = `Take others’ rights away (chmod 700 ${dataDir}; chmod 600 ${dataDir}/*.json), and enrol anew if others could read it.`;
  return [
    open
      ? warning('data-dir', `others may read the keys in ${dataDir}`, fix)
      : ok('data-dir', `${dataDir} is this agent’s`),
  ];
}

async function examineIdentity({ dataDir, apiUrl }: AgentSettings): Promise<Finding[]> {
  const identity = await Identity.load(dataDir).catch(() => null);
  if (identity === null) {
    return [
      failed(
        'identity',
        `${dataDir} holds no readable identity`,
        'Remove the folder and enrol the agent anew with a new code.',
      ),
    ];
  }
  if (!identity) {
    return [unknown('identity', 'not enrolled yet', 'Start the agent once with AGENT_ENROLMENT_CODE set.')];
  }
  const days = (since: Date): number => Math.floor((Date.now() - since.getTime()) / 86_400_000);
  const age = (check: string, since: Date, longestMs: number): Finding =>
    Date.now() - since.getTime() > longestMs
      ? warning(
          check,
          `${days(since)} days old`,
          'It is replaced when the agent runs and reaches Keyturn: see that it does.',
        )
      : ok(check, `${days(since)} days old`);
  return [
    await examineStanding(identity, apiUrl),
    age('identity-key', identity.identitySince, identityKeyMs),
    age('sealing-key', identity.sealingSince, sealingKeyMs + 4 * 3_600_000),
  ];
}

/** A signed question that asks for nothing: whether Keyturn knows this agent. */
async function examineStanding(identity: Identity, apiUrl: URL): Promise<Finding> {
  const who = `agent ${identity.agentId}`;
  const asked = (signer = identity.signer) =>
    new Platform(apiUrl, () => signer).call('POST', '/api/v1/agent/keys', {}).then(
      () => 200,
      (error: unknown) => (error instanceof PlatformRefused ? error.status : 0),
    );
  const status = await asked();
  // A hand-over that a crash left half done: the agent completes it when it starts.
  if (status === 401 && identity.nextSigner && (await asked(identity.nextSigner)) === 200) return ok('identity', who);
  if (status === 401) {
    const fix = 'Remove AGENT_DATA_DIR, create an agent in Keyturn, and enrol this one with its new code.';
    return failed('identity', `${who} is refused: it was revoked, or its data directory is another’s`, fix);
  }
  return status === 200 ? ok('identity', `${who}, whom Keyturn knows`) : ok('identity', who);
}

const marks: Readonly<Record<Finding['state'], string>> = {
  ok: 'ok     ',
  warning: 'warning',
  failed: 'FAILED ',
  unknown: '?      ',
};

/** For people to read. */
export const findingsText = (findings: readonly Finding[]): string =>
  findings
    .map(({ check, state, detail, fix }) => {
      const line = `${marks[state]}  ${check.padEnd(16)}  ${detail}`;
      return fix && state !== 'ok' ? `${line}\n${' '.repeat(27)}→ ${fix}` : line;
    })
    .join('\n');

export const anyFailed = (findings: readonly Finding[]): boolean => findings.some(({ state }) => state === 'failed');
