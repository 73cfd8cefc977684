import { enrolledIn } from '#libs/directory/protocol/agent-messages';
import { Identity, newIdentityKey, newPair } from './identity.js';
import type { Platform } from './platform.js';
import { AgentSettingsRefused, type AgentSettings } from './settings.js';
import { readState, removeState, unlessUnreadable, writeState } from './state-dir.js';

export const agentVersion = '0.1.0';

const file = 'enrolment.json';

/** A one-time code becomes an identity. @throws AgentSettingsRefused without a code, PlatformRefused with a wrong one */
export async function enrol({ enrolmentCode, dataDir }: AgentSettings, platform: Platform): Promise<Identity> {
  if (!enrolmentCode) {
    throw new AgentSettingsRefused(
      'This agent has no identity yet. Create an agent in Keyturn and set AGENT_ENROLMENT_CODE to its one-time code.',
    );
  }
  // Kept first: if the answer is lost, the same keys ask again with the same code.
  const draft = ((await readState(dataDir, file).catch(unlessUnreadable)) ?? {
    identity: newIdentityKey(),
    sealing: await newPair(new Date()),
  }) as { identity: ReturnType<typeof newIdentityKey>; sealing: Awaited<ReturnType<typeof newPair>> };
  await writeState(dataDir, file, draft);
  const { now: _, ...enrolled } = enrolledIn(
    await platform.call('POST', '/api/v1/agent/enrolment', {
      enrolmentCode,
      identityKey: draft.identity.publicKey,
      sealingKey: draft.sealing.publicKey,
      version: agentVersion,
    }),
  );
  const identity = await Identity.keep(dataDir, {
    ...enrolled,
    identityKey: draft.identity.pem,
    // By the platform's clock, which ages are told by.
    identitySince: platform.now().toISOString(),
    sealing: [{ ...draft.sealing, madeAt: platform.now().toISOString(), told: true }],
  });
  await removeState(dataDir, file);
  return identity;
}
