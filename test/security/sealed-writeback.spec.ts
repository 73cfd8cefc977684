import { createPrivateKey, randomUUID } from 'node:crypto';
import { newIdentityKey, newPair } from '#apps/agent/identity';
import { Agents } from '#libs/commands/agents/agents';
import { AuthenticateAgent, AuthenticateAgentHandler } from '#libs/commands/agents/authenticate-agent';
import { EnrolAgent, EnrolAgentHandler } from '#libs/commands/agents/enrol-agent';
import { VouchedKeys } from '#libs/commands/agents/vouched-keys';
import { platformKey } from '#libs/commands/agents/platform-key';
import { Throttle } from '#libs/commands/throttle';
import { ThrottleLog } from '#libs/commands/throttle-log';
import { Tokens } from '#libs/commands/tokens';
import { LeaseWriteback, LeaseWritebackHandler } from '#libs/commands/writeback/lease-writeback';
import { OfferWriteback, OfferWritebackHandler } from '#libs/commands/writeback/offer-writeback';
import { RepeatCommand, RepeatCommandHandler } from '#libs/commands/writeback/repeat-command';
import { SealWriteback, sealedMs } from '#libs/commands/writeback/seal-writeback';
import { WriteCommands } from '#libs/commands/writeback/write-commands';
import type { WriteCommand } from '#libs/directory/protocol/agent-messages';
import { openPassword, sealPassword, type SealingKey } from '#libs/directory/protocol/sealed-password';
import { account } from '#libs/domain/account/account';
import { agent, type AgentState } from '#libs/domain/agent/agent';
import { minutes, plus } from '#libs/domain/time';
import { writeback } from '#libs/domain/writeback/writeback';
import type { Errand } from '#libs/domain/writeback/writeback.events';
import { signatureHeaders } from '#libs/directory/protocol/signed-request';
import { load } from '#libs/eventstore/execute';
import { AgentPolls } from '#libs/runtime/agent-polls';
import { RateLimiter } from '#libs/runtime/rate-limiter';
import { World } from '../faults/worker-world';

const password = 'Canary-Sealed-4711!';
const userId = randomUUID();

interface Holder {
  readonly state: AgentState;
  readonly own: SealingKey;
}

/** Whoever owns the queue, the vault's tables or the log is not the platform: they know neither its key nor an agent's. */
describe('S: a password on its way to the customer’s directory', () => {
  let world: World;
  let sealing: SealWriteback;
  let leases: LeaseWritebackHandler;
  let repeats: RepeatCommandHandler;
  let offers: OfferWritebackHandler;
  let platform: SealingKey;
  let vouched: VouchedKeys;
  let holder: Holder;
  let stranger: Holder;

  beforeAll(async () => {
    world = await World.open('postgres');
    const { store, vault, clock } = world;
    sealing = new SealWriteback(vault, clock);
    leases = new LeaseWritebackHandler(store, new WriteCommands(store, vault), clock);
    repeats = new RepeatCommandHandler(store, new WriteCommands(store, vault));
    offers = new OfferWritebackHandler(store, clock);
    vouched = new VouchedKeys(vault);
    platform = (await platformKey(vault)).publicKey;
    [holder, stranger] = [await newHolder(world.tenantId), await newHolder(randomUUID())];
    await linked(world.accountId);
  });
  beforeEach(() => world.begin());
  afterAll(() => world.close());

  async function newHolder(tenantId: string): Promise<Holder> {
    const [agentId, pair] = [randomUUID(), await newPair(new Date())];
    const identityKey = await vouched.vouch({ agentId, tenantId }, 'identity', newIdentityKey().publicKey);
    const sealingKey = await vouched.vouch({ agentId, tenantId }, 'sealing', pair.publicKey);
    await world.execute(agent, agentId, { type: 'CreateAgent', data: { agentId, tenantId, now: now() } });
    const enrolment = { identityKey, sealingKey, version: '0', now: now() };
    await world.execute(agent, agentId, { type: 'EnrolAgent', data: enrolment });
    const { state } = await load(world.store, agent, agentId);
    return { state, own: { keyId: sealingKey.keyId, key: pair.privateKey } };
  }

  async function linked(accountId: string): Promise<void> {
    const value = { owner: accountId, place: 'account/directory-user', value: userId };
    const directoryUser = await world.vault.seal(value);
    await world.execute(account, accountId, { type: 'LinkDirectoryUser', data: { directoryUser, now: now() } });
  }

  const now = (): string => world.clock.now().toISOString();
  const infoOf = (errand: Omit<Errand, 'kind' | 'sealed' | 'doubleReset'>) => {
    const { tenantId, accountId, recoveryId, writebackId, fence, deadline } = errand;
    return { tenantId, accountId, recoveryId, writebackId, userId, epoch: fence, deadline };
  };

  /** Asked for on the account, sealed for the tenant's agent, and offered. */
  async function offered(secret = password, to = [holder.state]): Promise<Errand> {
    const { accountId, tenantId, store } = world;
    const { epoch } = (await load(store, account, accountId)).state;
    const [writebackId, recoveryId, deadline] = [randomUUID(), randomUUID(), plus(now(), minutes(2))];
    const fence = epoch + 1;
    const info = infoOf({ tenantId, accountId, recoveryId, writebackId, fence, deadline });
    const value = await sealing.seal(secret, info, to);
    const wish = { writebackId, recoveryId, kind: 'reset', credentialId: randomUUID(), doubleReset: false } as const;
    const limits = { unlocksPerDay: 3 };
    const data = { ...wish, ...value, deadline, epoch, limits, now: now() };
    await world.execute(account, accountId, { type: 'RequestWriteback', data });
    const events = await store.readStream(`account-${accountId}`);
    const revision = Number(events.at(-1)!.revision);
    await offers.execute(new OfferWriteback(accountId, revision, writebackId));
    return (await load(store, writeback, writebackId)).state.errand!;
  }

  const lease = ({ state }: Holder, writebackId: string) =>
    leases.execute(new LeaseWriteback(state.agentId, state.tenantId, writebackId));
  const opened = ({ own, state: { tenantId } }: Holder, command: WriteCommand) => {
    const { accountId, recoveryId, writebackId, epoch, deadline } = command;
    const info = { tenantId, accountId, recoveryId, writebackId, userId: command.userId, epoch, deadline };
    return openPassword(command.sealed!, info, platform, own);
  };
  /** A host that owns the log writes an offer of its own. */
  async function forged(errand: Errand): Promise<WriteCommand | undefined> {
    await world.execute(writeback, errand.writebackId, { type: 'OfferWriteback', data: { ...errand, now: now() } });
    return lease(holder, errand.writebackId);
  }

  it('is opened by the agent it is for', async () => {
    const { writebackId } = await offered();
    expect(await opened(holder, (await lease(holder, writebackId))!)).toBe(password);
  });

  it('is given to no agent of another tenant, and its copy opens for none', async () => {
    const { writebackId } = await offered();
    expect(await lease(stranger, writebackId)).toBeUndefined();
    const command = (await lease(holder, writebackId))!;
    expect(await openPassword(command.sealed!, infoOfCommand(command), platform, stranger.own)).toBeUndefined();
    const again = new RepeatCommand(holder.state.agentId, stranger.state.tenantId, writebackId);
    expect(await repeats.execute(again)).toBeUndefined();
  });

  it('is given to no agent that was revoked while its question waited', async () => {
    const leaving = await newHolder(world.tenantId);
    const { writebackId } = await offered(password, [holder.state, leaving.state]);
    await world.execute(agent, leaving.state.agentId, { type: 'RevokeAgent', data: { now: now() } });
    expect(await lease(leaving, writebackId)).toBeUndefined();
    expect(await lease(holder, writebackId)).toBeDefined();
  });

  it('is sealed for no key that somebody put into the log, and nobody speaks as an agent by one', async () => {
    const polls = await AgentPolls.open(world.pool, world.clock);
    const agents = new Agents(world.store, world.vault, polls, vouched, world.clock);
    const victim = await newHolder(world.tenantId);
    const { agentId, tenantId } = victim.state;
    await polls.note(agentId, tenantId);
    const live = async () => (await agents.live(tenantId)).map((state) => state.agentId);
    expect(await live()).toContain(agentId);

    const theirs = { sealing: await newPair(new Date()), identity: newIdentityKey() };
    const voucher = victim.state.sealingKey!.voucher!;
    const limiter = await RateLimiter.open(world.pool, world.clock);
    const desk = new AuthenticateAgentHandler(world.store, vouched, limiter, world.clock);
    const asked = (pem: string) => {
      const [method, target] = ['GET', '/api/v1/agent/commands'];
      const created = Math.floor(world.clock.now().getTime() / 1000);
      const key = { keyId: agentId, key: createPrivateKey(pem) };
      const signed = signatureHeaders({ method, path: target, body: undefined, created }, key);
      const [signatureInput, signature] = [signed['signature-input'], signed.signature];
      const message = { method, target, body: undefined, contentDigest: undefined, signatureInput, signature };
      return desk.execute(new AuthenticateAgent(message));
    };
    const identityKey = { keyId: 'theirs', key: theirs.identity.publicKey, voucher };
    await world.execute(agent, agentId, { type: 'RollIdentityKey', data: { identityKey, now: now() } });
    await expect(asked(theirs.identity.pem)).rejects.toMatchObject({ code: 'agent-invalid' });
    const sealingKey = { keyId: theirs.sealing.keyId, key: theirs.sealing.publicKey, voucher };
    await world.execute(agent, agentId, { type: 'RollSealingKey', data: { sealingKey, now: now() } });
    expect(await live()).not.toContain(agentId);
  });

  it('is sealed for no agent of another tenant that somebody called one of this in the log, nor is one let in by its code', async () => {
    const { store, vault, clock, pool, tenantId } = world;
    const polls = await AgentPolls.open(pool, clock);
    const agents = new Agents(store, vault, polls, vouched, clock);
    const theirs = await newHolder(randomUUID());
    const { agentId, identityKey, sealingKey } = theirs.state;
    const write = async (type: string, data: object): Promise<void> => {
      const { revision } = await load(store, agent, agentId);
      const metadata = { correlationId: agentId, commandId: randomUUID(), actor: { kind: 'system' } as const };
      await store.append(`agent-${agentId}`, revision, [{ id: randomUUID(), type, data, metadata }]);
    };
    await write('AgentCreated', { agentId, tenantId, expiresAt: plus(now(), minutes(60)), at: now() });
    await write('AgentEnrolled', { agentId, identityKey, sealingKey, version: '0', at: now() });
    await polls.note(agentId, tenantId);
    expect((await load(store, agent, agentId)).state).toMatchObject({ phase: 'enrolled', tenantId });
    expect((await agents.live(tenantId)).map((state) => state.agentId)).not.toContain(agentId);

    const tokens = await Tokens.open(vault);
    const enrolmentCode = tokens.enrolmentCode({ agentId, tenantId: theirs.state.tenantId });
    await write('AgentCreated', { agentId, tenantId, expiresAt: plus(now(), minutes(60)), at: now() });
    const limiter = await RateLimiter.open(pool, clock);
    const throttle = new Throttle(limiter, new ThrottleLog(store, clock));
    const desk = new EnrolAgentHandler(store, vault, tokens, throttle, vouched, clock);
    const keys = { identityKey: newIdentityKey().publicKey, sealingKey: newIdentityKey().publicKey, version: '0' };
    const caller = { address: '127.0.0.1', userAgent: '', language: 'en' } as const;
    await expect(desk.execute(new EnrolAgent({ enrolmentCode, ...keys }, caller))).rejects.toMatchObject({
      code: 'enrolment-refused',
    });
  });

  it('does not open as the password of a sign-in, nor such a one as a new password', async () => {
    const command = (await lease(holder, (await offered()).writebackId))!;
    const info = infoOfCommand(command);
    const asked = { ...info, purpose: 'sign-in' as const };
    expect(await openPassword(command.sealed!, asked, platform, holder.own)).toBeUndefined();
    const { privateKey } = await platformKey(world.vault);
    const typed = await sealPassword(password, asked, privateKey, [holder.state.sealingKey!]);
    expect(await openPassword(typed, asked, platform, holder.own)).toBe(password);
    expect(await openPassword(typed, info, platform, holder.own)).toBeUndefined();
  });

  it('is of no use when its row is put in the place of another', async () => {
    const [one, two] = [await offered('Canary-First-4711!'), await offered('Canary-Second-4711!')];
    const text = `UPDATE vault.sealed_values a SET ciphertext = b.ciphertext FROM vault.sealed_values b
                  WHERE (a.ref = $1 AND b.ref = $2) OR (a.ref = $2 AND b.ref = $1)`;
    await world.pool.query(text, [one.sealed!.ref, two.sealed!.ref]);
    await expect(lease(holder, one.writebackId)).rejects.toThrow();
    await expect(lease(holder, two.writebackId)).rejects.toThrow();
  });

  it('sets nothing under another writeback, account, epoch or deadline', async () => {
    const real = await offered();
    const changes: Partial<Errand>[] = [
      {},
      { recoveryId: randomUUID() },
      { fence: real.fence + 7 },
      { deadline: plus(now(), minutes(60)) },
    ];
    for (const change of changes) {
      const command = await forged({ ...real, ...change, writebackId: randomUUID() });
      expect(await opened(holder, command!)).toBeUndefined();
    }
    const other = randomUUID();
    const username = await world.vault.seal({
      owner: other,
      place: 'account/username',
      value: 'other@contoso.example',
    });
    const person = { roles: [], groups: [], licensed: true, language: 'en', origin: 'hybrid' } as const;
    const created = { accountId: other, tenantId: world.tenantId, username, ...person, now: now() };
    await world.execute(account, other, { type: 'CreateAccount', data: created });
    await linked(other);
    const command = await forged({ ...real, accountId: other, writebackId: randomUUID() });
    expect(await opened(holder, command!)).toBeUndefined();
  });

  it('is not one that somebody else sealed for the agent’s public key', async () => {
    const real = await offered();
    const theirs = await newPair(new Date());
    const { keyId, key } = holder.state.sealingKey!;
    const made = await sealPassword(
      'Canary-Theirs-4711!',
      infoOf(real),
      { keyId: platform.keyId, key: theirs.privateKey },
      [{ keyId, key }],
    );
    expect(await openPassword(made, infoOf(real), platform, holder.own)).toBeUndefined();
  });

  it('is offered by no job that its account did not ask for', async () => {
    const { accountId } = world;
    const { revision } = await load(world.store, account, accountId);
    const job = new OfferWriteback(accountId, Number(revision), randomUUID());
    await expect(offers.execute(job)).rejects.toThrow('was requested');
  });

  it('lies nowhere in clear, and its sealed value at most ten minutes anywhere', async () => {
    const { sealed, writebackId } = await offered();
    await lease(holder, writebackId);
    const { rows: tables } = await world.pool.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const hex = Buffer.from(password).toString('hex');
    const base64 = Buffer.from(password).toString('base64').slice(0, 20);
    for (const { name } of tables) {
      const { rows } = await world.pool.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      const all = rows.map(({ row }) => row).join('\n');
      expect([password, hex, base64].filter((one) => all.includes(one)).map(() => name)).toEqual([]);
    }
    const count = async () => {
      const { rows } = await world.pool.query('SELECT 1 FROM vault.sealed_values WHERE ref = $1', [sealed!.ref]);
      return rows.length;
    };
    expect([await count(), sealedMs <= minutes(9)]).toEqual([1, true]);
    world.clock.setOffset(world.clock.offsetMs + sealedMs);
    await world.vault.destroyExpired();
    expect(await count()).toBe(0);
    const again = new RepeatCommand(holder.state.agentId, world.tenantId, writebackId);
    expect(await repeats.execute(again)).toBeUndefined();
  });

  const infoOfCommand = ({ accountId, recoveryId, writebackId, epoch, deadline }: WriteCommand) => ({
    tenantId: world.tenantId,
    accountId,
    recoveryId,
    writebackId,
    userId,
    epoch,
    deadline,
  });
});
