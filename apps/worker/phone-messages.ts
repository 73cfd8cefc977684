import type { CallQuestion, OutgoingCall, TextMessage } from '#libs/channels/telecom/carrier';
import { phoneNumber } from '#libs/channels/telecom/phone-number';
import { phoneLanguage } from '#libs/channels/telecom/texts/language';
import { isTextKind, renderText } from '#libs/channels/telecom/texts/text-messages';
import type { TryRef } from '#libs/channels/telecom/try-ref';
import type { Attempted } from '#libs/commands/delivery/attempt-delivery';
import type { CarriedCodes } from '#libs/commands/delivery/carried-codes';
import type { RecoveryCodes } from '#libs/commands/delivery/recovery-codes';
import { wantedUntil } from '#libs/domain/account/notices';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { tenant, type TenantState } from '#libs/domain/tenant/tenant';
import type { VaultRef } from '#libs/domain/vault-ref';
import type { EventStore } from '#libs/eventstore/event-store';
import { recall } from '#libs/eventstore/execute';
import type { Clock } from '#libs/runtime/clock';
import type { Vault } from '#libs/vault/vault';

/** Why a message cannot be written, however often it is tried. */
export type Unwritable = 'contact-erased' | 'key-destroyed' | 'invalid-number' | 'country-not-allowed' | 'no-such-text';

type Carried<Kind extends Attempted['kind']> = Extract<Attempted, { kind: Kind }>;

/** Writes text messages and calls: looks up the number, the language, the sender's name and the code at the last moment. */
export class PhoneMessages {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly codes: RecoveryCodes,
    private readonly carried: CarriedCodes,
    private readonly clock: Clock,
  ) {}

  text(attempted: Attempted): Promise<TextMessage | Unwritable> {
    return attempted.kind === 'challenge' ? this.#challenge(attempted) : this.#notice(attempted);
  }

  async call(attempted: Attempted): Promise<OutgoingCall | Unwritable> {
    const question = questionOf(attempted);
    if (!question) return 'no-such-text';
    const { contact, tenantId } =
      attempted.kind === 'challenge'
        ? { contact: attempted.challenge.contact, tenantId: attempted.recovery.tenantId }
        : attempted.request;
    const to = await this.#number(contact, await this.#tenant(tenantId));
    return typeof to === 'string' ? to : { ref: refOf(attempted), question, to: to.e164 };
  }

  async #challenge(attempted: Carried<'challenge'>): Promise<TextMessage | Unwritable> {
    const { recovery, challenge } = attempted;
    const owner = await this.#tenant(recovery.tenantId);
    const [to, code, { language }] = await Promise.all([
      this.#number(challenge.contact, owner),
      this.codes.of(recovery, challenge),
      this.#account(recovery.subject?.accountId),
    ]);
    if (typeof to === 'string') return to;
    if (!code) return 'key-destroyed';
    const left = Date.parse(challenge.expiresAt) - this.clock.now().getTime();
    const validMinutes = Math.max(1, Math.floor(left / 60_000 + 0.5));
    const data = { organisation: owner.organisation, code, validMinutes, purpose: purposes[recovery.reason] };
    const text = renderText('verification-code', data, phoneLanguage(language));
    return { ref: refOf(attempted), to: to.e164, text, validSeconds: Math.floor(left / 1_000) };
  }

  async #notice(attempted: Carried<'notice'>): Promise<TextMessage | Unwritable> {
    const { request } = attempted;
    if (!request.code || !isTextKind(request.template)) return 'no-such-text';
    const owner = await this.#tenant(request.tenantId);
    const [to, code, { language }] = await Promise.all([
      this.#number(request.contact, owner),
      this.carried.of(request, request.contact, request.code),
      this.#account(request.accountId),
    ]);
    if (typeof to === 'string') return to;
    if (!code) return 'key-destroyed';
    const left = Date.parse(wantedUntil(request)) - this.clock.now().getTime();
    const validMinutes = Math.max(1, Math.floor(left / 60_000 + 0.5));
    const purpose = request.code.purpose === 'step-up' ? 'confirm-change' : 'register-number';
    const data = { organisation: owner.organisation, code, validMinutes, purpose } as const;
    const text = renderText(request.template, data, phoneLanguage(request.language ?? language));
    return { ref: refOf(attempted), to: to.e164, text, validSeconds: Math.floor(left / 1_000) };
  }

  /** Looked at again at the last moment: whatever asked for it, nothing goes where the tenant does not send. */
  async #number(contact: VaultRef | null, { policy }: TenantState): Promise<{ e164: string } | Unwritable> {
    const stored = contact && (await this.vault.read(contact, 'account/contact'));
    if (!stored) return 'contact-erased';
    const number = phoneNumber(stored.toString());
    if (!number) return 'invalid-number';
    return policy.telecom.countries.includes(number.country) ? number : 'country-not-allowed';
  }

  async #account(accountId: string | undefined): Promise<AccountState> {
    return accountId ? (await recall(this.store, account, accountId)).state : account.initial;
  }

  async #tenant(tenantId: string | null): Promise<TenantState> {
    return tenantId ? (await recall(this.store, tenant, tenantId)).state : tenant.initial;
  }
}

const refOf = (attempted: Attempted): TryRef =>
  attempted.kind === 'challenge'
    ? {
        kind: 'challenge',
        recoveryId: attempted.recovery.recoveryId,
        deliveryId: attempted.deliveryId,
        attempt: attempted.attempt,
      }
    : { kind: 'notice', deliveryId: attempted.deliveryId, attempt: attempted.attempt };

const purposes = { 'forgot-password': 'reset-password', 'account-locked': 'unlock-account' } as const;

/** A call asks for a key; what only tells or shows something is no call. */
function questionOf(attempted: Attempted): CallQuestion | undefined {
  if (attempted.kind === 'challenge') {
    return { kind: 'challenge', recoveryId: attempted.recovery.recoveryId, challengeId: attempted.deliveryId };
  }
  const { accountId, template, code } = attempted.request;
  if (template !== 'verification-code' || !code) return undefined;
  return { kind: 'confirmation', accountId, confirmationId: code.subjectId };
}
