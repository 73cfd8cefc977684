import { randomUUID } from 'node:crypto';
import { newIdentityKey, newPair } from '#apps/agent/identity';
import { Agents } from '#libs/commands/agents/agents';
import { VouchedKeys } from '#libs/commands/agents/vouched-keys';
import { CompleteReset, CompleteResetHandler } from '#libs/commands/recovery/complete-reset';
import { ResetNotices } from '#libs/commands/recovery/reset-notices';
import { ReadModelDomains } from '#libs/commands/tenants/read-model-domains';
import { Tenants } from '#libs/commands/tenants/tenants';
import { LeaseWriteback, LeaseWritebackHandler } from '#libs/commands/writeback/lease-writeback';
import { OfferWritebackHandler } from '#libs/commands/writeback/offer-writeback';
import { RecordReceipt, RecordReceiptHandler } from '#libs/commands/writeback/record-receipt';
import { SealWriteback } from '#libs/commands/writeback/seal-writeback';
import { SettleWritebackHandler } from '#libs/commands/writeback/settle-writeback';
import { TendWriteback, TendWritebackHandler } from '#libs/commands/writeback/tend-writeback';
import { WriteCommands } from '#libs/commands/writeback/write-commands';
import { WritebackNotices } from '#libs/commands/writeback/writeback-notices';
import type { Receipt, WriteCommand } from '#libs/directory/protocol/agent-messages';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { agent, type AgentState } from '#libs/domain/agent/agent';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { presets } from '#libs/domain/tenant/policy';
import { minutes, plus, seconds } from '#libs/domain/time';
import { writeback } from '#libs/domain/writeback/writeback';
import type { WritebackResult } from '#libs/domain/writeback/writeback.events';
import { load } from '#libs/eventstore/execute';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import { openReadModels } from '#libs/readmodels/rows';
import { AgentPolls } from '#libs/runtime/agent-polls';
import type { World } from './worker-world';

export interface Asked {
  readonly recoveryId: string;
  readonly writebackId: string;
  /** Where on the account's stream. */
  readonly revision: number;
}

type Kind = 'reset' | 'unlock';

/** The platform's side of writebacks without any process: each step is called by the test, at the test's time. */
export class WritebackDesk {
  readonly #leases: LeaseWritebackHandler;
  readonly #tend: TendWritebackHandler;
  readonly #receipts: RecordReceiptHandler;
  readonly #resets: CompleteResetHandler;
  readonly #sealing: SealWriteback;
  readonly #vouched: VouchedKeys;
  /** The person whose password lies in the directory; another one for each test. */
  accountId = '';

  private constructor(
    readonly world: World,
    readonly resets: ResetNotices,
    private readonly polls: AgentPolls,
  ) {
    const { store, vault, clock } = world;
    const notices = new WritebackNotices(resets, clock);
    const settle = new SettleWritebackHandler(store, notices, vault, clock);
    this.#vouched = new VouchedKeys(vault);
    const agents = new Agents(store, vault, polls, this.#vouched, clock);
    this.#leases = new LeaseWritebackHandler(store, new WriteCommands(store, vault), clock);
    this.#tend = new TendWritebackHandler(store, new OfferWritebackHandler(store, clock), settle, clock);
    this.#receipts = new RecordReceiptHandler(store, settle, agents, notices, clock);
    this.#resets = new CompleteResetHandler(store, resets, clock);
    this.#sealing = new SealWriteback(vault, clock);
  }

  static async open(world: World): Promise<WritebackDesk> {
    const { store, pool, clock } = world;
    const resets = new ResetNotices(new Tenants(store, new ReadModelDomains(openReadModels(pool))));
    return new WritebackDesk(world, resets, await AgentPolls.open(pool, clock));
  }

  now = (): string => this.world.clock.now().toISOString();

  async newAgent(tenantId = this.world.tenantId): Promise<AgentState> {
    const agentId = randomUUID();
    const identityKey = await this.#vouched.vouch({ agentId, tenantId }, 'identity', newIdentityKey().publicKey);
    const pair = await newPair(this.world.clock.now());
    const sealingKey = await this.#vouched.vouch({ agentId, tenantId }, 'sealing', pair.publicKey);
    await this.world.execute(agent, agentId, { type: 'CreateAgent', data: { agentId, tenantId, now: this.now() } });
    const enrolment = { identityKey, sealingKey, version: '0', now: this.now() };
    await this.world.execute(agent, agentId, { type: 'EnrolAgent', data: enrolment });
    return (await load(this.world.store, agent, agentId)).state;
  }

  /** From here on it is about this one. */
  async newPerson(): Promise<void> {
    const { world } = this;
    const accountId = (this.accountId = randomUUID());
    const [username, contact, directoryUser] = await world.vault.sealAll([
      { owner: accountId, place: 'account/username', value: `${accountId}@contoso.example` },
      { owner: accountId, place: 'account/contact', value: `${accountId}@home.example` },
      { owner: accountId, place: 'account/directory-user', value: randomUUID() },
    ]);
    const now = this.now();
    const person = { roles: [], groups: [], licensed: true, language: 'en', origin: 'hybrid' } as const;
    const created = { accountId, tenantId: world.tenantId, username: username!, ...person, now };
    await world.execute(account, accountId, { type: 'CreateAccount', data: created });
    const email = { methodId: randomUUID(), method: 'email', contact: contact!, by: 'user', now } as const;
    await world.execute(account, accountId, { type: 'RegisterMethod', data: email });
    await world.execute(account, accountId, {
      type: 'LinkDirectoryUser',
      data: { directoryUser: directoryUser!, now },
    });
  }

  /** A recovery that has passed its gate. */
  async proved(): Promise<string> {
    const { world, accountId } = this;
    const recoveryId = randomUUID();
    const { epoch } = await this.account();
    const [contact, now] = [(await this.account()).methods[0]!.contact, this.now()];
    const { limits } = presets.hardened;
    const offers = [{ method: 'email', contact, confirmContact: false, hideDomain: true }] as const;
    const beginning = { recoveryId, tenantId: world.tenantId, supportCode: recoveryId.slice(0, 8), source: recoveryId };
    await world.execute(recovery, recoveryId, {
      type: 'StartRecovery',
      data: {
        ...beginning,
        ...{ subject: { kind: 'account', accountId, origin: 'hybrid', epoch }, reason: 'account-locked' },
        ...{ canUnlock: true, gatesRequired: 1, offers, limits, policyVersion: 1 },
        ...{ expiresAt: plus(now, minutes(15)), now },
      },
    });
    const { challengeId } = await world.challenge(recoveryId);
    const passed = { challengeId, reservationId: randomUUID(), reservedAt: now, correct: true, now };
    await world.execute(recovery, recoveryId, { type: 'SettleChallenge', data: passed });
    return recoveryId;
  }

  /** A password, or an unlock, is submitted; nothing more yet. */
  async submit(recoveryId: string, kind: Kind, agents: readonly AgentState[]): Promise<string> {
    const { world, accountId } = this;
    const [writebackId, now] = [randomUUID(), this.now()];
    const writeback = { writebackId, deadline: plus(now, seconds(120)), doubleReset: false };
    if (kind === 'unlock') {
      await world.execute(recovery, recoveryId, { type: 'SubmitUnlock', data: { writeback, now } });
      return writebackId;
    }
    const { epoch } = await this.account();
    const own = { tenantId: world.tenantId, accountId, recoveryId, writebackId, userId: randomUUID() };
    const info = { ...own, epoch: epoch + 1, deadline: writeback.deadline };
    const { sealed: credential, sealedFor } = await this.#sealing.seal('Lantern-Harbour-Desk-1!', info, agents);
    const data = { credentialId: randomUUID(), credential, writeback: { ...writeback, sealedFor }, now };
    await world.execute(recovery, recoveryId, { type: 'SubmitPassword', data });
    return writebackId;
  }

  /** Carried on as after a crash. */
  complete = (recoveryId: string): Promise<RecoveryState> => this.#resets.execute(new CompleteReset(recoveryId));

  /** Submitted, asked of the directory, and held out to these agents, who are alive. */
  async offered(agents: readonly AgentState[], kind: Kind = 'reset', recoveryId?: string): Promise<Asked> {
    await this.alive(...agents);
    const id = recoveryId ?? (await this.proved());
    const writebackId = await this.submit(id, kind, agents);
    await this.complete(id);
    const events = await this.world.store.readStream(`account-${this.accountId}`);
    const asked = events.findLast(({ data }) => (data as { writebackId?: string }).writebackId === writebackId)!;
    const all = { recoveryId: id, writebackId, revision: Number(asked.revision) };
    await this.tend(all);
    return all;
  }

  async alive(...agents: readonly AgentState[]): Promise<void> {
    for (const { agentId, tenantId } of agents) await this.polls.note(agentId, tenantId);
  }

  lease = (
    { agentId, tenantId }: AgentState,
    writebackId: string,
    holding?: string[],
  ): Promise<WriteCommand | undefined> =>
    this.#leases.execute(new LeaseWriteback(agentId, tenantId, writebackId, holding));

  report({ agentId, tenantId }: AgentState, writebackId: string, result: WritebackResult, more: Partial<Receipt> = {}) {
    const receipt = { writebackId, result, writes: result === 'succeeded' ? 1 : 0, fenced: true, doneAt: this.now() };
    return this.#receipts.execute(new RecordReceipt(agentId, tenantId, { ...receipt, ...more }));
  }

  /** As the reconciler does when its time has come. */
  tend = ({ revision, writebackId }: Asked): Promise<void> =>
    this.#tend.execute(new TendWriteback(this.accountId, revision, writebackId));

  /** The lease lapses without a word, and it is offered anew. */
  async lapse(asked: Asked): Promise<void> {
    this.world.advance(seconds(31));
    await this.tend(asked);
  }

  account = async (): Promise<AccountState> => (await load(this.world.store, account, this.accountId)).state;
  recovery = async ({ recoveryId }: Pick<Asked, 'recoveryId'>): Promise<RecoveryState> =>
    (await load(this.world.store, recovery, recoveryId)).state;
  writeback = async ({ writebackId }: Asked) => (await load(this.world.store, writeback, writebackId)).state;

  /** What stands on the writeback's own stream. */
  happened = ({ writebackId }: Asked): Promise<string[]> => this.world.types(`writeback-${writebackId}`);

  /** What stands on the account's, of these types. */
  async told(...types: readonly string[]): Promise<StoredEvent[]> {
    const events = await this.world.store.readStream(`account-${this.accountId}`);
    return events.filter(({ type }) => types.includes(type));
  }

  /** Whether the sealed password still lies in the vault. */
  async sealed({ writebackId }: Asked): Promise<boolean> {
    const ref = (await load(this.world.store, writeback, writebackId)).state.errand?.sealed?.ref;
    const { rowCount } = await this.world.pool.query('SELECT FROM vault.sealed_values WHERE ref = $1', [ref]);
    return rowCount === 1;
  }
}
