import type { Job } from '../jobs.js';
import { traitsOf } from '../methods.js';
import type { RecoveryEvent } from './recovery.events.js';

/** What the outside must do because of this event. */
export function react({ type, data }: RecoveryEvent): readonly Job[] {
  if (type !== 'ChallengeIssued') return [];
  const { recoveryId, challengeId, method } = data;
  const { channel } = traitsOf(method);
  return channel ? [{ queue: channel, name: 'deliver-challenge', data: { recoveryId, deliveryId: challengeId } }] : [];
}
