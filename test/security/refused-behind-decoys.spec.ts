import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { codeIn, eventually, Person, Recovery, type Answer, type Any, type StartedView } from '../support/journey';
import { likeness, traces } from '../support/likeness';
import { startProduct, type Product } from '../support/product';
import { storedEvents } from '../support/stored-events';
import { rounds, timed, toldApart, tolerated } from '../support/timing';

const eligible = 'one.method@contoso.example';
const addressOf = (username: string): string => username.replace('@contoso.', '@contoso.home.');

/** Every reason there is not to help somebody, and who meets it; all but the last have an address that works. */
const refusals = [
  ['no-licence', 'unlicensed.user@contoso.example'],
  ['not-in-group', 'outside.group@contoso.example'],
  ['account-disabled', 'disabled.user@contoso.example'],
  ['on-premises-without-writeback', 'hybrid.user@contoso.example'],
  ['too-few-methods', 'no.methods@contoso.example'],
] as const;
const reachable = refusals.slice(0, -1);

const count = rounds(20);

describe('behind decoys a refused person', () => {
  let product: Product;
  let person: Person;
  let client = 0;

  beforeAll(async () => {
    product = await startProduct({ KEYTURN_TRUSTED_PROXIES: '127.0.0.1' });
    person = new Person(product.url);
    const admin = await Administrator.signIn(product.url);
    const changed = await admin.changePolicy({ unknownUsers: 'decoy', captcha: 'off', unlockWithoutReset: true });
    expect(changed.status).toBe(200);
    await eventually(async () => (await start(stranger(), refusals[0][1])).status === 201);
  });
  afterAll(() => product.remove());

  /** A client of its own, so that no throttle answers instead. */
  const stranger = (): Person =>
    new Person(product.url, { 'x-forwarded-for': `10.1.${(++client >> 8) & 255}.${client & 255}` });

  const start = (who: Person, username: string, reason = 'forgot-password'): Promise<Answer<Any>> =>
    who.post('/api/v1/recoveries', { username, reason });

  /** A name nobody has that shows the same ways as this one. */
  async function strangerLike(known: string): Promise<string> {
    const shown = async (username: string): Promise<string> =>
      (await start(stranger(), username)).body.methods.map(({ method }: Any) => method).join();
    const like = await shown(known);
    for (let n = 0; ; n++) {
      const username = `nobody.like.${n}@contoso.example`;
      if ((await shown(username)) === like) return username;
    }
  }

  /** What somebody sees who goes this way, and what it leaves in the log. */
  interface Seen {
    readonly answers: unknown[];
    readonly recoveryIds: string[];
  }

  async function walk(username: string, way: (walker: Walker) => Promise<void>): Promise<Seen> {
    const walker = new Walker(stranger(), username);
    await way(walker);
    return walker.seen;
  }

  class Walker {
    readonly seen: Seen = { answers: [], recoveryIds: [] };
    recovery!: Recovery;

    constructor(
      readonly who: Person,
      readonly username: string,
    ) {}

    note = (answer: Answer<Any>): Answer<Any> => {
      this.seen.answers.push(likeness(answer));
      return answer;
    };
    async start(reason?: string): Promise<void> {
      const answer = this.note(await start(this.who, this.username, reason));
      if (answer.status !== 201) return;
      this.recovery = new Recovery(this.who, answer.body as StartedView);
      this.seen.recoveryIds.push(this.recovery.view.recoveryId);
    }
    get = async (path = this.recovery.path) => this.note(await this.who.get(path, { token: this.recovery.token }));
    post = async (path: string, body: object = {}) => this.note(await this.recovery.post(path, body));
    /** The first view of the open stream. */
    async watch(): Promise<void> {
      const headers = { ...this.who.headers, authorization: `Bearer ${this.recovery.token}` };
      const reading = new AbortController();
      const stream = await fetch(`${product.url}${this.recovery.path}/events`, { headers, signal: reading.signal });
      let text = '';
      for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        if (text.includes('\n\n')) break;
      }
      const body = JSON.parse(/^event: view\ndata: (.*)$/m.exec(text)![1]!);
      this.note({ status: stream.status, headers: stream.headers, text, body });
      reading.abort();
    }
  }

  /** Each call of the journey, before and after it is over, with whatever a stranger can put into it. */
  async function everyCall(walker: Walker): Promise<void> {
    const { post, get } = walker;
    const calls = async (): Promise<void> => {
      await get();
      await walker.watch();
      await get('/api/v1/password-policy');
      await post('password', { newPassword: 'Lantern-Harbour-9!' });
      await post('password', { newPassword: 'short' });
      await post('unlock');
      await post('worked', { worked: true });
      await post('challenges', { method: 'email' });
      await post('challenges', { method: 'email', contact: 'guess@mail.example' });
      await post('challenges', { method: 'security-questions' });
      await post(`challenges/${randomUUID()}/answer`, { code: '12345678' });
    };
    await walker.start();
    await calls();
    await post('cancel');
    await calls();
    await post('cancel');
    await walker.start('account-locked');
    await calls();
    await post('contact-administrator');
    await post('contact-administrator');
    await get();
  }

  /** Types wrong addresses until that is over, and looks at what is left. */
  async function untilBlocked(walker: Walker): Promise<void> {
    await walker.start();
    for (let n = 0; n < 6; n++) await walker.post('challenges', { method: 'email', contact: `guess${n}@mail.example` });
    await walker.get();
    await walker.start();
    await walker.start('account-locked');
  }

  /** Knows the address, and not what is sent there. */
  async function withAddress(walker: Walker): Promise<void> {
    const contact = addressOf(walker.username);
    await walker.start();
    await walker.post('challenges', { method: 'email', contact });
    await walker.recovery.untilState('sent');
    await walker.get();
    const { body } = await walker.post('challenges', { method: 'email', contact });
    await walker.recovery.untilState('sent');
    for (let n = 0; n < 6; n++) await walker.post(`challenges/${body.challengeId}/answer`, { code: `0000000${n}` });
    await walker.post('password', { newPassword: 'Lantern-Harbour-9!' });
    await walker.get();
  }

  const compared = ({ answers, recoveryIds }: Seen, events: Awaited<ReturnType<typeof storedEvents>>) => ({
    answers,
    traces: recoveryIds.map((id) => traces(events, id)),
  });

  it.each(refusals)('R1: refused as %s sees and leaves in every call what nobody does', async (_, refused) => {
    const names = [refused, await strangerLike(refused)];
    const ways = [everyCall, untilBlocked];
    const seen = await Promise.all(names.map((name) => Promise.all(ways.map((way) => walk(name, way)))));
    const events = await storedEvents(product);
    const [theirs, nobodys] = seen.map((walks) => walks.map((one) => compared(one, events)));
    expect(nobodys).toEqual(theirs);
    expect(theirs![0]!.traces[0]!.tries).toContain('ProofReserved email');
    expect(JSON.stringify(theirs![1]!.answers)).toContain('"blocked"');
  });

  it('R1: and what somebody eligible does, as long as nobody knows more than the name', async () => {
    const names = [eligible, refusals[0][1], await strangerLike(eligible)];
    const seen = await Promise.all(
      names.map((name) => Promise.all([everyCall, untilBlocked].map((way) => walk(name, way)))),
    );
    const events = await storedEvents(product);
    const [theirs, ...others] = seen.map((walks) => walks.map((one) => compared(one, events)));
    for (const other of others) expect(other).toEqual(theirs);
  });

  it('R1: whoever knows the address too sees the same of it, until something is proved', async () => {
    const names = [eligible, ...reachable.map(([, name]) => name)];
    const seen = await Promise.all(names.map((name) => walk(name, withAddress)));
    const events = await storedEvents(product);
    const [theirs, ...others] = seen.map((one) => compared(one, events));
    for (const other of others) expect(other).toEqual(theirs);
    expect(theirs!.traces[0]!.own.filter((event) => event.startsWith('DeliveryAccepted'))).toHaveLength(2);
  });

  it('R1: where no address has to be typed, messages to nobody look like those to anybody', async () => {
    await person.advance('PT25H');
    const admin = await Administrator.signIn(product.url);
    expect((await admin.changePolicy({ confirmContact: false })).status).toBe(200);
    const names = [eligible, ...reachable.map(([, name]) => name), await strangerLike(eligible)];
    await eventually(async () => !(await start(stranger(), names.at(-1)!)).body.methods[0].confirmContact);
    const seen = await Promise.all(names.map((name) => walk(name, withAddress)));
    const events = await storedEvents(product);
    const [theirs, ...others] = seen.map((one) => compared(one, events));
    for (const other of others) expect(other).toEqual(theirs);
    expect((await admin.changePolicy({ confirmContact: true })).status).toBe(200);
    await eventually(async () => (await start(stranger(), names.at(-1)!)).body.methods[0].confirmContact);
  });

  it.each(reachable)('reads %s when the address is proved, and gets no further', async (reason, username) => {
    await person.advance('PT25H');
    const who = stranger();
    const recovery = new Recovery(who, (await start(who, username)).body as StartedView);
    const before = (await person.mails(addressOf(username))).length;
    expect(recovery.view).not.toHaveProperty('outcome');
    const challengeId = await recovery.challenged(addressOf(username));
    const code = await eventually(async () => {
      const mails = await person.mails(addressOf(username));
      return mails.length > before ? codeIn(mails[0]!) : undefined;
    });
    const told = await recovery.answer(challengeId, code);
    const { supportCode } = recovery.view;
    const contact = 'https://helpdesk.contoso.example';
    expect(told).toMatchObject({ status: 403, body: { code: 'contact-administrator', supportCode, contact, reason } });
    const over = { status: 'failed', outcome: { result: 'failed', reason }, supportCode, methods: [] };
    expect((await recovery.get()).body).toMatchObject(over);
    for (const [path, body] of [
      ['password', { newPassword: 'Lantern-Harbour-9!' }],
      ['challenges', { method: 'email', contact: addressOf(username) }],
    ] as const) {
      expect(await recovery.post(path, body)).toMatchObject({ status: 409, body: { code: 'recovery-closed' } });
    }
    const { own } = traces(await storedEvents(product), recovery.view.recoveryId);
    const steps = own.filter((event) => !event.startsWith('Delivery'));
    expect(steps).toEqual(['RecoveryStarted', 'ChallengeIssued email', 'ChallengePassed email', 'RecoveryFailed']);
  });

  it('reads it after the first of two gates, where one is all that is missing', async () => {
    const username = 'one.method@northwind.example';
    const address = 'one.method@northwind.home.example';
    const recovery = await person.started(username);
    expect(recovery.view).toMatchObject({ gatesRequired: 2, gatesPassed: 0, status: 'choosing-method' });
    const challengeId = await recovery.challenged(address);
    const told = await recovery.answer(challengeId, await recovery.codeFrom(address));
    const reason = 'too-few-methods';
    expect(told).toMatchObject({ status: 403, body: { code: 'contact-administrator', reason } });
    expect((await recovery.get()).body).toMatchObject({ outcome: { result: 'failed', reason } });
    expect(await recovery.password('Lantern-Harbour-9!')).toMatchObject({ status: 409 });
  });

  describe('R2: takes no other time', () => {
    const refused = refusals[0][1];

    it('to start, nor to be told that an address is wrong', async () => {
      const walk = (username: (n: number) => string) => async (n: number) => {
        const who = stranger();
        let started!: Answer<Any>;
        const first = await timed(async () => (started = await start(who, username(n))));
        const recovery = new Recovery(who, started.body as StartedView);
        return { start: first, challenge: await timed(() => recovery.challenge('guess@mail.example')) };
      };
      const nobody = walk((n) => `nobody.${n}@contoso.example`);
      const walks = { eligible: walk(() => eligible), refused: walk(() => refused), nobody };
      const told = await toldApart(count, walks, 'nobody');
      expect(Object.keys(told)).toHaveLength(4);
      for (const auc of Object.values(told)) expect(auc).toBeLessThanOrEqual(tolerated(count));
    });

    it('to send a code, nor to compare one', async () => {
      const walk = (username: string) => async (n: number) => {
        // Ten failures would block the account for a day.
        if (n % 5 === 0) await person.advance('PT25H');
        const who = stranger();
        const recovery = new Recovery(who, (await start(who, username)).body as StartedView);
        let challengeId!: string;
        const challenge = await timed(async () => (challengeId = await recovery.challenged(addressOf(username))));
        await recovery.untilState('sent');
        let answered!: Answer<Any>;
        const answer = await timed(async () => (answered = await recovery.answer(challengeId, '00000000')));
        expect(answered.body.code).toBe('challenge-failed');
        return { challenge, answer };
      };
      const told = await toldApart(count, { eligible: walk(eligible), refused: walk(refused) }, 'refused');
      expect(Object.keys(told)).toHaveLength(2);
      for (const auc of Object.values(told)) expect(auc).toBeLessThanOrEqual(tolerated(count));
    });
  });
});
