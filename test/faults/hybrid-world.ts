import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { startAgent, type RunningAgent } from '../support/agent';
import { Administrator } from '../support/administrators';
import { Doom } from '../support/doom';
import { eventually, Person, Recovery, type Any, type StartedView } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { startSlapd, type Slapd } from '../support/slapd';
import { storedEvents } from '../support/stored-events';
import { asAnyone } from '../contract/directory/known-people';

export const user = 'hybrid.user@contoso.example';
export const address = 'hybrid.user@contoso.home.example';
/** Milliseconds for what real processes do on a machine that is busy. */
export const patience = 60_000;

/** The product, a real OpenLDAP and agents in processes of their own, each of which can be ended at a named point. */
export class HybridWorld {
  readonly person: Person;
  readonly #agents: RunningAgent[] = [];
  #resets = 0;

  private constructor(
    readonly product: Product,
    readonly slapd: Slapd,
    /** Of the product. */
    readonly doom: Doom,
    /** Of the agents, whichever gets there first. */
    readonly agentDoom: Doom,
  ) {
    this.person = new Person(product.url);
  }

  static async open(): Promise<HybridWorld> {
    const [doom, agentDoom] = await Promise.all([Doom.of('doomed-platform'), Doom.of('doomed-agent')]);
    const [product, slapd] = await Promise.all([startProduct(doom.env), startSlapd([user])]);
    return new HybridWorld(product, slapd, doom, agentDoom);
  }

  async close(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.remove()));
    await this.slapd.stop();
    await this.product.remove();
    await Promise.all([this.doom.remove(), this.agentDoom.remove()]);
  }

  /** Enrolled, and known to have looked at everybody in the directory. Removed with the world. */
  async agent(): Promise<RunningAgent> {
    const { product, slapd } = this;
    const admin = await Administrator.signIn(product.url);
    const { agentId, enrolmentCode } = (await admin.post('/tenant/agents')).body;
    const agent = await startAgent({
      apiUrl: product.url,
      enrolmentCode,
      directory: slapd.options,
      env: this.agentDoom.env,
    });
    this.#agents.push(agent);
    await eventually(() => Promise.resolve(agent.lines().some(({ event }) => event === 'people')), patience);
    await eventually(async () => {
      const { agents } = (await admin.get('/tenant/agents')).body;
      return agents.some((one: Any) => one.agentId === agentId && one.state === 'alive');
    }, patience);
    return agent;
  }

  /** At the new password. */
  async proved(): Promise<Recovery> {
    const { person } = this;
    const recovery = await eventually(async () => {
      await person.resetLimits();
      const { status, body } = await person.start(user);
      return status === 201 && new Recovery(person, body as StartedView);
    }, patience);
    return recovery.provedByMail(address);
  }

  /** One that was never used. */
  newPassword = (): string => `Lantern-Harbour-Crash-${++this.#resets}!`;

  view = async (recovery: Recovery): Promise<Any> => (await recovery.get()).body;

  closed = (recovery: Recovery): Promise<Any> =>
    eventually(async () => {
      const view = await this.view(recovery).catch(() => undefined);
      return view && !['writing-back', 'unlocking'].includes(view.status as string) && view;
    }, patience);

  binds = (password: string): Promise<boolean> =>
    asAnyone(this.slapd, this.#dn, password, () => Promise.resolve(true)).catch(() => false);

  /** Times the directory changed the password, by its own access log. */
  changes = (): Promise<number> =>
    asAnyone(this.slapd, this.slapd.root.dn, this.slapd.root.password, async (ldap) => {
      const filter = `(&(reqDN=${this.#dn})(reqResult=0)(reqMod=userPassword:*))`;
      return (await ldap.search('cn=log', { filter })).searchEntries.length;
    });

  /** What the log tells of one recovery, by stream. */
  async history({ view: { recoveryId } }: Recovery): Promise<Record<'recovery' | 'account' | 'writeback', string[]>> {
    const events = (await storedEvents(this.product)).filter(({ data }) => data.recoveryId === recoveryId);
    const of = (category: string, types: RegExp) =>
      events
        .filter(({ stream, type }) => stream.startsWith(`${category}-`) && types.test(type))
        .map(({ type }) => type);
    return {
      recovery: of('recovery', /^Password|^Recovery(?!Started)|^Outcome/),
      account: of('account', /^(Writeback|PasswordWritten|NoticeRequested)/),
      writeback: of('writeback', /./),
    };
  }

  /** Ids of the mails to the owner of the account that say so; the latest hundred of all are looked at. */
  mails = async (subject: RegExp): Promise<string[]> =>
    (await this.person.mails(address)).filter((mail) => subject.test(mail.subject)).map(({ messageId }) => messageId);

  /** Values in the vault that live for minutes: sealed passwords. */
  async sealed(): Promise<number> {
    const [, , , port] = (await readFile(join(this.product.dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n');
    const client = new pg.Client({ connectionString: `postgres://postgres:keyturn@127.0.0.1:${port}/postgres` });
    await client.connect();
    try {
      const { rowCount } = await client.query('SELECT FROM vault.sealed_values WHERE expires_at IS NOT NULL');
      return rowCount ?? 0;
    } finally {
      await client.end();
    }
  }

  get #dn(): string {
    return `uid=hybrid.user,ou=people,${this.slapd.baseDn}`;
  }
}
