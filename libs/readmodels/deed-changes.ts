import { plus, type Instant } from '#libs/domain/time';
import type { Deed, DeedKind, OpenDeed } from './deeds.js';
import { categoryOf, idOf } from './projected-event.js';
import { drop, put, updateIfThere, type Change } from './projection.js';

/** While a submitted password is on its way, no time runs out. */
const never: Instant = '9999-12-31T00:00:00.000Z';

/** One current challenge per recovery: the next one takes the row of the one it supersedes. */
export const challengeDelivery = (recoveryId: string): string => `delivery-${recoveryId}`;
export const noticeDelivery = (noticeId: string): string => `notice-${noticeId}`;
export const expiry = (recoveryId: string): string => `expiry-${recoveryId}`;
/** One at a time for a recovery: the next one takes the row of one that was rejected. */
export const writebackOf = (recoveryId: string): string => `writeback-${recoveryId}`;
export const completionOf = (recoveryId: string): string => `completion-${recoveryId}`;
export const correctionOf = (recoveryId: string): string => `correction-${recoveryId}`;
/** One pass per account at a time. */
export const passOf = (accountId: string): string => `pass-${accountId}`;
export const proposalOf = (proposalId: string): string => `proposal-${proposalId}`;
export const alertOf = (alertId: string): string => `alert-${alertId}`;
export const proofSettlement = (reservationId: string): string => `proof-${reservationId}`;

export const change = <K extends DeedKind>(
  deedId: string,
  fold: (deed: Deed<K>) => OpenDeed | undefined,
): Change<OpenDeed> => updateIfThere<OpenDeed>(deedId, (deed) => fold(deed as Deed<K>));

/** Moves the deed of this delivery, or removes it; the delivery of a superseded challenge moves nothing. */
export const delivery = (stream: string, { deliveryId }: { readonly deliveryId: string }, dueAt?: Instant) =>
  change<'delivery'>(
    categoryOf(stream) === 'notice' ? noticeDelivery(deliveryId) : challengeDelivery(idOf(stream)),
    (deed) => {
      if (deed.payload.deliveryId !== deliveryId) return deed;
      return dueAt ? { ...deed, due_at: dueAt } : undefined;
    },
  );

/** Until its outcome no time runs out; if nobody carries it through, somebody else does. */
export const submitted = (
  { recoveryId, at }: { readonly recoveryId: string; readonly at: Instant },
  stream: string,
  completion: number,
): Change<OpenDeed>[] => [
  drop(challengeDelivery(recoveryId)),
  change<'recovery-expiry'>(expiry(recoveryId), (deed) => ({ ...deed, due_at: never })),
  put({
    deed_id: completionOf(recoveryId),
    kind: 'reset-completion',
    stream,
    due_at: plus(at, completion),
    expires_at: null,
    payload: { recoveryId },
  }),
];

export const reopened = ({ recoveryId }: { readonly recoveryId: string }): Change<OpenDeed>[] => [
  drop(completionOf(recoveryId)),
  drop(writebackOf(recoveryId)),
  change<'recovery-expiry'>(expiry(recoveryId), (deed) => ({ ...deed, due_at: deed.payload.expiresAt })),
];

export const closed = (recoveryId: string): Change<OpenDeed>[] => [
  drop(challengeDelivery(recoveryId)),
  drop(expiry(recoveryId)),
  drop(completionOf(recoveryId)),
  drop(writebackOf(recoveryId)),
];

/** It comes from no recovery. */
export const isOfItsOwn = ({
  writebackId,
  recoveryId,
}: {
  readonly writebackId: string;
  readonly recoveryId: string;
}): boolean => writebackId === recoveryId;
