import { isKnownType, type DataOf, type EventType } from '#libs/domain/events';
import { familyOf, type Method } from '#libs/domain/methods';
import type { VaultRef } from '#libs/domain/vault-ref';
import type { StoredEvent } from '#libs/eventstore/stored-event';

/** Something personal that an event refers to. */
export interface PersonalDatum {
  /** what it is called where it is shown: a method or channel, `username`, `reason`, `client` */
  readonly what: string;
  readonly ref: VaultRef;
  /** as what it was sealed */
  readonly place: string;
}

/** What people may be shown of an event's references: names, addresses and numbers; never a seed, an answer or a hash. */
export function personalDataOf({ type, data }: StoredEvent): readonly PersonalDatum[] {
  if (!isKnownType(type) || !Object.hasOwn(shown, type)) return [];
  return (shown[type as Referring] as (data: object) => readonly PersonalDatum[])(data);
}

/** Where the address and the browser lie that a command came from. */
export function clientOf({ metadata: { clientRef } }: StoredEvent): PersonalDatum | undefined {
  if (clientRef === undefined) return undefined;
  const [ref, sha256] = clientRef.split(':', 2) as [string, string];
  return { what: 'client', ref: { ref, sha256 }, place: 'recovery/client' };
}

/** Each place once, however many events refer to it. */
export function wantedBy(
  events: readonly StoredEvent[],
  username: PersonalDatum | undefined,
): readonly PersonalDatum[] {
  const all = [username, ...events.flatMap((event) => [...personalDataOf(event), clientOf(event)])];
  const there = all.filter((datum) => datum !== undefined);
  return [...new Map(there.map((datum) => [datum.ref.ref, datum])).values()];
}

const nothing = (): readonly PersonalDatum[] => [];

const contact = (what: Method | 'voice', ref: VaultRef | null): readonly PersonalDatum[] =>
  ref ? [{ what, ref, place: 'account/contact' }] : [];

/** Where an app's or a device's contact would stand lies its secret. */
const contactOf = (method: Method, ref: VaultRef | null): readonly PersonalDatum[] =>
  ['email', 'phone'].includes(familyOf(method)) ? contact(method, ref) : [];

/** An event with a reference to the vault that is missing here does not compile. */
const shown: { readonly [T in Referring]: (data: DataOf<T>) => readonly PersonalDatum[] } = {
  AccountCreated: ({ username }) => [{ what: 'username', ref: username, place: 'account/username' }],
  AccountSummarised: nothing,
  MethodRegistered: ({ method, contact }) => contactOf(method, contact),
  DevicePaired: nothing,
  PushSubscribed: nothing,
  ApprovalAnswered: nothing,
  ConfirmationAsked: ({ method, contact }) => contactOf(method, contact),
  PasswordSet: nothing,
  PasswordChanged: nothing,
  PasswordReset: nothing,
  PasswordSubmitted: nothing,
  BlocksLifted: ({ reason }) => (reason ? [{ what: 'reason', ref: reason, place: 'access/reason' }] : []),
  NoticeRequested: ({ channel = 'email', contact: ref }) => contact(channel, ref),
  // Shown by the notice that goes there.
  VerificationWordSent: nothing,
  AccessPassIssued: nothing,
  ContactProposed: ({ method, contact }) => contactOf(method, contact),
  RecoveryStarted: ({ offers }) => offers.flatMap(({ method, contact }) => contactOf(method, contact)),
  ChallengeIssued: ({ method, contact }) => contactOf(method, contact),
  PersonalDataRead: ({ reason }) => [{ what: 'reason', ref: reason, place: 'access/reason' }],
  DirectoryUserLinked: nothing,
  AccountRenamed: ({ username }) => [{ what: 'username', ref: username, place: 'account/username' }],
  WritebackRequested: nothing,
  WritebackOffered: nothing,
};

type Referring = { [T in EventType]: true extends Refers<DataOf<T>> ? T : never }[EventType];

type Refers<Data> = Data extends VaultRef
  ? true
  : Data extends readonly (infer Item)[]
    ? Refers<Item>
    : Data extends object
      ? { [Key in keyof Data]: Refers<Data[Key]> }[keyof Data]
      : never;
