import type { OutgoingMail } from '#libs/channels/email/mailer';
import { deliveryHeader } from '#libs/channels/email/delivery-status';
import { mailLanguage } from '#libs/channels/email/templates/language';
import { renderMail } from '#libs/channels/email/templates/templates';
import type { Attempted } from '#libs/commands/delivery/attempt-delivery';
import type { CarriedCodes } from '#libs/commands/delivery/carried-codes';
import type { RecoveryCodes } from '#libs/commands/delivery/recovery-codes';
import type { TaggedTry } from '#libs/commands/delivery/delivery-tag';
import type { NoticeNamed } from '#libs/commands/not-me-token';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { DataOf } from '#libs/domain/events';
import { maskEmail } from '#libs/domain/masking';
import { wantedUntil, type CarriedCode } from '#libs/domain/account/notices';
import { tenant, type TenantState } from '#libs/domain/tenant/tenant';
import type { Instant } from '#libs/domain/time';
import type { EventStore } from '#libs/eventstore/event-store';
import { recall } from '#libs/eventstore/execute';
import type { Clock } from '#libs/runtime/clock';
import type { Vault } from '#libs/vault/vault';
import { noticeMail } from './notice-mails.js';

/** What the links in mails are made of. */
export interface Links {
  /** The installation's own, from its settings; never taken from a request (T19). */
  readonly publicUrl: string;
  readonly notMeToken: (notice: NoticeNamed) => string | undefined;
  /** By what a mail is known when it comes back. */
  readonly deliveryTag: (tried: TaggedTry) => string;
}

/** Why a mail cannot be written any more, however often it is tried. */
export type Unwritable = 'contact-erased' | 'key-destroyed';

type Carried<Kind extends Attempted['kind']> = Extract<Attempted, { kind: Kind }>;

/** Writes mails: looks up the address, the language, the sender's name and the code at the last moment. */
export class Letters {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly codes: RecoveryCodes,
    private readonly carried: CarriedCodes,
    private readonly links: Links,
    private readonly clock: Clock,
  ) {}

  async write(attempted: Attempted): Promise<OutgoingMail | Unwritable> {
    const mail = await (attempted.kind === 'challenge' ? this.#challenge(attempted) : this.#notice(attempted));
    if (typeof mail === 'string') return mail;
    return { ...mail, headers: { [deliveryHeader]: this.links.deliveryTag(taggedOf(attempted)) } };
  }

  async #challenge({ recovery, challenge, deliveryId }: Carried<'challenge'>): Promise<OutgoingMail | Unwritable> {
    const { subject, tenantId } = recovery;
    const [contact, code, { language }, { organisation }] = await Promise.all([
      challenge.contact ? this.vault.read(challenge.contact, 'account/contact') : undefined,
      this.codes.of(recovery, challenge),
      this.#account(subject?.accountId),
      this.#tenant(tenantId),
    ]);
    if (!contact) return 'contact-erased';
    if (!code) return 'key-destroyed';
    const validMinutes = this.#minutesUntil(challenge.expiresAt);
    const data = { organisation, code, validMinutes, purpose: purposes[recovery.reason] };
    const content = renderMail('verification-code', data, mailLanguage(language));
    return { messageId: deliveryId, to: contact.toString(), ...content };
  }

  async #notice({ request, revision, deliveryId }: Carried<'notice'>): Promise<OutgoingMail | Unwritable> {
    const { accountId, tenantId } = request;
    const [contact, { language }, { organisation, policy }, account] = await Promise.all([
      this.vault.read(request.contact, 'account/contact'),
      this.#account(accountId),
      this.#tenant(tenantId),
      this.#nameOf(request.about ?? accountId),
    ]);
    if (!contact) return 'contact-erased';
    const code = request.code && (await this.#carriedCode(request, request.code));
    if (request.code && !code) return 'key-destroyed';
    const token = this.#notMeToken(request, revision);
    const data = {
      organisation,
      account,
      at: new Date(request.at),
      facts: request.facts ?? {},
      ...(code && { code }),
      ...(policy.helpdesk && { helpdesk: policy.helpdesk }),
      ...(token && { notMe: { publicUrl: this.links.publicUrl, token } }),
    };
    const content = noticeMail(request.template, data, mailLanguage(request.language ?? language));
    return { messageId: deliveryId, to: contact.toString(), ...content };
  }

  async #carriedCode(request: DataOf<'NoticeRequested'>, carried: CarriedCode) {
    const code = await this.carried.of(request, request.contact, carried);
    const purpose = carried.purpose === 'step-up' ? 'confirm-change' : 'register-address';
    return code && ({ code, validMinutes: this.#minutesUntil(wantedUntil(request)), purpose } as const);
  }

  #minutesUntil(instant: Instant): number {
    return Math.max(1, Math.round((Date.parse(instant) - this.clock.now().getTime()) / 60_000));
  }

  #notMeToken({ accountId, noticeId, notMe }: DataOf<'NoticeRequested'>, revision: number): string | undefined {
    return notMe && this.links.notMeToken({ accountId, noticeId, credentialId: notMe.credentialId, revision });
  }

  /** Masked: a mail may be forwarded. */
  async #nameOf(accountId: string): Promise<string> {
    const { username } = await this.#account(accountId);
    const name = username && (await this.vault.read(username, 'account/username'));
    return name ? maskEmail(name.toString(), false) : '';
  }

  async #account(accountId: string | undefined): Promise<AccountState> {
    return accountId ? (await recall(this.store, account, accountId)).state : account.initial;
  }

  async #tenant(tenantId: string | null): Promise<TenantState> {
    return tenantId ? (await recall(this.store, tenant, tenantId)).state : tenant.initial;
  }
}

function taggedOf(attempted: Attempted): TaggedTry {
  const { deliveryId, attempt } = attempted;
  if (attempted.kind === 'notice') {
    const { accountId, contact } = attempted.request;
    return { ref: { kind: 'notice', deliveryId, attempt }, accountId, contactRef: contact.ref };
  }
  const { recoveryId, subject } = attempted.recovery;
  const ref = { kind: 'challenge', recoveryId, deliveryId, attempt } as const;
  return { ref, accountId: subject?.accountId ?? '', contactRef: attempted.challenge.contact?.ref ?? '' };
}

const purposes = { 'forgot-password': 'reset-password', 'account-locked': 'unlock-account' } as const;
