import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, decoy } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { RegisteredMethod } from '#libs/domain/account/registered-methods';
import {
  blockedUntil,
  eligibility,
  type Eligibility,
  type Facts as EligibilityFacts,
} from '#libs/domain/account/eligibility';
import type { Language } from '#libs/domain/account/lifecycle';
import { RuleViolation } from '#libs/domain/decider';
import { familyOf, methodNames, methods as traits } from '#libs/domain/methods';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryCommand } from '#libs/domain/recovery/recovery.commands';
import type { Offer, RecoveryReason, Subject } from '#libs/domain/recovery/recovery.events';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { signIns } from '#libs/domain/signins/signins';
import { isFamiliar } from '#libs/domain/signins/signins.state';
import type { VaultRef } from '#libs/domain/vault-ref';
import type { TenantState } from '#libs/domain/tenant/tenant';
import { minutes, plus } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { bodiesDiffer, execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { canonicalUsername } from '#libs/vault/canonical-username';
import { Directory } from '#libs/vault/directory';
import { keyedToken } from '#libs/vault/keyed-token';
import { Vault } from '#libs/vault/vault';
import { Agents } from '../agents/agents.js';
import type { Caller } from '../caller.js';
import { CaptchaGate } from '../captchas/captcha-gate.js';
import { Contexts } from '../contexts.js';
import { atEvenPace } from '../even-pace.js';
import { Served } from '../served.js';
import { Tenants } from '../tenants/tenants.js';
import { Throttle } from '../throttle.js';
import { Tokens } from '../tokens.js';
import { decoyAccount } from './decoys.js';
import { OpenRecoveries, type Opening } from './open-recoveries.js';
import { RecoveryViews, type RecoveryView } from './recovery-view.js';

export interface StartedRecovery {
  view: RecoveryView;
  recoveryToken: string;
}

export class StartRecovery extends Command<StartedRecovery> {
  constructor(
    readonly wish: { username: string; reason: RecoveryReason; captchaId?: string; captchaAnswer?: string },
    readonly caller: Caller,
  ) {
    super();
  }
}

/** Everything the decision rests on, looked up first; looking costs the same whoever is asked for. */
interface Facts {
  readonly recoveryId: string;
  readonly tenant: TenantState;
  readonly accountId: string | undefined;
  /** The account, or the one that an unknown name would have. */
  readonly subject: AccountState;
  readonly verdict: Eligibility;
  readonly decoyToken: string;
  readonly nameToken: string;
  readonly reason: RecoveryReason;
  readonly source: string;
  readonly familiar: boolean;
  readonly now: string;
}

@CommandHandler(StartRecovery)
export class StartRecoveryHandler implements ICommandHandler<StartRecovery> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly directory: Directory,
    private readonly tenants: Tenants,
    private readonly served: Served,
    private readonly tokens: Tokens,
    private readonly contexts: Contexts,
    private readonly throttle: Throttle,
    private readonly captchas: CaptchaGate,
    private readonly views: RecoveryViews,
    private readonly agents: Agents,
    private readonly open: OpenRecoveries,
    private readonly clock: Clock,
  ) {}

  execute(command: StartRecovery): Promise<StartedRecovery> {
    return atEvenPace(() => this.#start(command));
  }

  async #start({ wish, caller }: StartRecovery): Promise<StartedRecovery> {
    const source = this.tokens.source(caller.address);
    const name = canonicalUsername(wish.username);
    const tenant = this.served.narrow(await this.tenants.ofName(name));
    await this.throttle.starting(caller.address, source, tenant.policy);
    const { tenantId, policyVersion } = tenant;
    const actor = { kind: 'anonymous' } as const;
    const context = await this.contexts.of({ scope: source, route: 'start', caller, actor, tenantId, policyVersion });
    const earlier = await this.#earlier(context);
    if (earlier) return this.#answer(earlier, tenant, caller.language);

    try {
      await this.captchas.pass(tenant.policy.captcha, { ...wish, source });
    } catch (error) {
      // The same start, sent twice at once: the other one took the CAPTCHA.
      const meanwhile = await this.#earlier(context);
      if (!meanwhile) throw error;
      return this.#answer(meanwhile, tenant, caller.language);
    }
    const facts = await this.#facts(context.commandId, name, tenant, wish.reason, source);
    const command = decision(facts, this.tokens);
    if (command.type === 'StartRecovery') await this.open.makeRoom(openingOf(facts, command.data.expiresAt));
    const presume = { presume: 'no-stream' } as const;
    const { state } = await execute(this.store, recovery, context.commandId, command, context, presume);
    return this.#answer(state, tenant, caller.language);
  }

  /** The recovery this very command started before, if its answer was lost: the CAPTCHA is not asked again. */
  async #earlier(context: CommandContext): Promise<RecoveryState | undefined> {
    const { commandId, bodyMac } = context;
    if (bodyMac === undefined) return undefined;
    const { state, commands } = await load(this.store, recovery, commandId);
    const trace = commands.get(commandId);
    if (trace && bodiesDiffer(trace.bodyMac, context)) throw new RuleViolation('idempotency-key-reused');
    return trace && state;
  }

  async #facts(
    recoveryId: string,
    name: string,
    tenant: TenantState,
    reason: RecoveryReason,
    source: string,
  ): Promise<Facts> {
    const now = this.clock.now().toISOString();
    const decoyToken = this.tokens.decoy(tenant.tenantId, name);
    const accountId = await this.directory.lookup(tenant.tenantId ?? '', name);
    const { key } = await this.vault.monthKey();
    const ledger = await load(this.store, accountId ? account : decoy, accountId ?? decoyToken);
    const seen = await load(this.store, signIns, accountId ?? decoyToken);
    const familiar = isFamiliar(seen.state, source, now);
    const decoys = tenant.policy.unknownUsers === 'decoy';
    const subject = decoys && !accountId ? decoyAccount(decoyToken, tenant, ledger.state) : ledger.state;
    // Asked for everybody of a tenant that writes back: the question must not tell who is in its directory.
    const agentAlive = tenant.policy.writeback && (await this.agents.anyAlive(tenant.tenantId ?? ''));
    const verdict = this.#verdict(subject, tenant, { agentAlive, source, now }, decoyToken);
    const nameToken = keyedToken(key, name);
    return { recoveryId, tenant, accountId, subject, verdict, decoyToken, nameToken, reason, source, familiar, now };
  }

  /** Behind decoys a refused person is blocked as anybody would be, or a block would tell them apart. */
  #verdict(subject: AccountState, tenant: TenantState, facts: EligibilityFacts, decoyToken: string): Eligibility {
    const verdict = eligibility(subject, tenant, facts);
    if (verdict.kind !== 'refused' || tenant.policy.unknownUsers !== 'decoy') return verdict;
    const shown = filled(verdict.methods, decoyAccount(decoyToken, tenant, subject).methods, gatesOf(subject, tenant));
    const until = blockedUntil(subject, shown, tenant, facts);
    return until ? { kind: 'blocked', until } : verdict;
  }

  async #answer(state: RecoveryState, tenant: TenantState, language: Language): Promise<StartedRecovery> {
    const { recoveryId, supportCode, blockedUntil, outcome } = state;
    const contact = tenant.policy.helpdesk;
    if (state.subject === null) {
      if (blockedUntil) throw new RuleViolation('blocked', { blockedUntil, contact, supportCode });
      if (outcome) throw new RuleViolation('contact-administrator', { supportCode, contact });
    }
    return { view: await this.views.of(state, language), recoveryToken: this.tokens.recoveryToken(recoveryId) };
  }
}

function decision(facts: Facts, tokens: Tokens): RecoveryCommand {
  const { recoveryId, tenant, accountId, verdict, nameToken, reason, source, now } = facts;
  const { policy, policyVersion, tenantId } = tenant;
  const supportCode = tokens.supportCode(recoveryId);
  const beginning = { recoveryId, tenantId, reason, supportCode, source, policyVersion, now };
  const refused = { ...beginning, accountId: accountId ?? null, ...(accountId ? {} : { nameToken }) };
  if (verdict.kind === 'blocked') {
    return {
      type: 'RefuseRecovery',
      data: { ...refused, refusal: 'already-blocked', blockedUntil: verdict.until },
    };
  }
  if (verdict.kind === 'refused' && policy.unknownUsers === 'plain') {
    return { type: 'RefuseRecovery', data: { ...refused, refusal: verdict.reason } };
  }
  return {
    type: 'StartRecovery',
    data: {
      ...beginning,
      subject: subjectOf(facts),
      ...(facts.familiar && { familiar: true }),
      // Whatever the account is like: the page tells a stranger nothing.
      canUnlock: reason === 'account-locked' && policy.unlockWithoutReset,
      gatesRequired: gatesOf(facts.subject, tenant),
      offers: offersOf(facts),
      limits: policy.limits,
      expiresAt: plus(now, minutes(policy.limits.recoveryMinutes)),
    },
  };
}

const openingOf = ({ recoveryId, source, accountId, decoyToken, tenant }: Facts, expiresAt: string): Opening => ({
  recoveryId,
  source,
  subject: accountId ?? decoyToken,
  most: tenant.policy.limits.openRecoveriesPerSource,
  expiresAt,
});

function subjectOf({ accountId, subject, verdict, decoyToken }: Facts): Subject {
  if (accountId && verdict.kind === 'eligible') {
    return { kind: 'account', accountId, origin: subject.origin, epoch: subject.epoch };
  }
  const refusal = accountId && verdict.kind === 'refused' ? verdict.reason : 'unknown-user';
  return { kind: 'decoy', token: decoyToken, refusal, ...(accountId && { accountId }) };
}

const gatesOf = ({ roles }: AccountState, { policy }: TenantState): 1 | 2 =>
  roles.length > 0 ? 2 : policy.gatesRequired;

/** What is usable, and where that fills too few gates, made-up methods of other families. */
function filled(
  usable: readonly RegisteredMethod[],
  decoys: readonly RegisteredMethod[],
  gates: number,
): readonly RegisteredMethod[] {
  const has = new Set(usable.map(({ method }) => familyOf(method)));
  const others = [...new Set(decoys.map(({ method }) => familyOf(method)))].filter((family) => !has.has(family));
  const added = others.slice(0, Math.max(0, gates - has.size));
  return [...usable, ...decoys.filter(({ method }) => added.includes(familyOf(method)))];
}

/** A refused person with a usable contact is offered that one; what is missing looks as a decoy's would. */
function offersOf({ accountId, subject, verdict, tenant, decoyToken }: Facts): Offer[] {
  const usable = verdict.kind === 'blocked' || !accountId ? [] : verdict.methods;
  const decoys = decoyAccount(decoyToken, tenant, subject).methods;
  const shown = verdict.kind === 'eligible' && accountId ? usable : filled(usable, decoys, gatesOf(subject, tenant));
  const real = (contact: VaultRef): boolean => contact.ref !== '';
  const { confirmContact, preset } = tenant.policy;
  // In one order for everybody: which method somebody registered first would tell them from a decoy.
  const ordered = shown.toSorted((a, b) => methodNames.indexOf(a.method) - methodNames.indexOf(b.method));
  return ordered.map(({ method, contact }) => ({
    method,
    contact: real(contact) ? contact : null,
    confirmContact: confirmContact && traits[method].family !== 'app' && traits[method].family !== 'questions',
    hideDomain: preset === 'hardened',
  }));
}
