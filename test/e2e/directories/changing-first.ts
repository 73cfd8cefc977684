import { firstPassword, type Person as Somebody } from '../../contract/directory/known-people';
import { eventually, type Answer, type Any } from '../../support/journey';
import { owner, peopling, tooShort, user, type Organisation } from './organisation';

/** A right password that the directory wants changed leads into the change; one of an account that is shut tells nothing. */
export function changingFirstSuite(given: () => Organisation): void {
  let current: string;

  const signIn = (password: string, username = user): Promise<Answer<Any>> => given().person.signIn(username, password);
  const change = (token: string, currentPassword: string, newPassword: string) =>
    given().person.post('/api/v1/me/password', { currentPassword, newPassword }, { token });

  beforeAll(async () => {
    const organisation = given();
    current = organisation.secret('before', 'Before-Harbour-4711!');
    const recovery = await organisation.proved();
    await recovery.password(current);
    expect((await organisation.ended(recovery)).status).toBe('succeeded');
  });

  /** Signs in with the right old password, and changes it by what that leads to. */
  async function changesFirst(next: string): Promise<void> {
    const organisation = given();
    const before = await organisation.changes();
    const led = await signIn(current);
    expect([led.status, led.body.code]).toEqual([403, 'password-expired']);
    const token = led.body.changeToken as string;
    // Good for the change, and for nothing else.
    expect((await organisation.person.get('/api/v1/me/methods', { token })).body.code).toBe('session-limited');

    const wrong = await change(token, organisation.secret('wrong old', 'Wrong-Harbour-4711!'), next);
    expect([wrong.status, wrong.body.code]).toEqual([401, 'sign-in-failed']);
    const refused = await change(token, current, organisation.secret('refused there', tooShort));
    expect([refused.status, refused.body]).toMatchObject([422, { reasons: ['directory-policy'] }]);
    expect((await organisation.changes()) - before).toBe(0);

    const changed = await change(token, current, organisation.secret(next, next));
    expect(changed.status).toBe(200);
    expect((await organisation.changes()) - before).toBe(1);
    const own = { token: changed.body.token as string };
    expect((await organisation.person.get('/api/v1/me/methods', own)).status).toBe(200);
    expect((await organisation.person.get('/api/v1/me/methods', { token })).status).toBe(401);
    current = next;
  }

  const signsIn = async (password: string): Promise<void> => {
    const organisation = given();
    expect(await organisation.binds(password)).toBe(true);
    expect((await signIn(password)).status).toBe(201);
  };

  it('of somebody who must change it at the next sign-in', async () => {
    const { directory } = given();
    await signsIn(current);
    await directory.managed.requireChange(owner);
    // Only after the right one.
    expect((await signIn('Guessed-Harbour-1!')).body.code).toBe('sign-in-failed');
    await changesFirst('Changed-Harbour-4711!');
    await signsIn('Changed-Harbour-4711!');
  });

  it('of somebody whose password has expired', async () => {
    const { directory } = given();
    await directory.managed.expire(owner);
    await eventually(async () => !(await given().binds(current)));
    expect((await signIn('Guessed-Harbour-2!')).body.code).toBe('sign-in-failed');
    await changesFirst('Renewed-Harbour-4711!');
    await directory.managed.expireNoMore();
    await signsIn('Renewed-Harbour-4711!');
  });

  it('R1: the right password of an account that is disabled, ended or locked there is answered as a name nobody has', async () => {
    const { directory, person } = given();
    const shut: [Somebody, (who: Somebody) => Promise<void>][] = [
      ['bob', directory.managed.disable],
      ['carol', directory.managed.end],
      ['dora', directory.managed.lock],
    ];
    for (const [who] of shut) expect((await signIn(firstPassword, peopling.username!(who))).status).toBe(201);
    await Promise.all(shut.map(([who, shutting]) => shutting(who)));
    const seen = async (username: string) => {
      const began = performance.now();
      const { status, text, headers } = await person.signIn(username, firstPassword);
      const kept = [...headers].filter(([name]) => name !== 'date');
      return { answer: JSON.stringify([status, text, kept]), fast: performance.now() - began < 590 };
    };
    const nobody = await seen('nobody.there@contoso.example');
    expect(JSON.parse(nobody.answer)[0]).toBe(401);
    expect(nobody.fast).toBe(false);
    for (const [who] of shut) expect(await seen(peopling.username!(who))).toEqual(nobody);
  });
}
