import { codeIn, eventually, type Person, type Any, type Answer, type Recovery } from './journey';

export interface Approval {
  approvalId: string;
  organisation: string;
  from?: { browser: string; system: string; network: string };
}

/** Somebody's simulated device: paired over the product's own interface, answered over the outside world's. */
export class Phone {
  constructor(
    readonly person: Person,
    readonly deviceId: string,
  ) {}

  /** Signs in and pairs one. @param code the second factor, for roles */
  static async paired(person: Person, username: string, password: string, code?: string): Promise<Phone> {
    const session = await signedIn(person, username, password, code);
    await steppedUp(person, session, username);
    const { body } = await person.post('/api/v1/me/devices', {}, { token: session });
    const paired = await person.post('/outside/api/devices', { pairingUrl: body.pairingUrl });
    if (paired.status !== 201) throw new Error(`pairing answered ${paired.status}: ${paired.text}`);
    return new Phone(person, paired.body.deviceId as string);
  }

  /** Waits for the approval of a challenge. */
  approval(challengeId: string): Promise<Approval> {
    return eventually(async () => {
      const { body } = await this.person.get('/outside/api/devices');
      const { approvals } = (body as (Any & { deviceId: string })[]).find(({ deviceId }) => deviceId === this.deviceId);
      return (approvals as Approval[]).find(({ approvalId }) => approvalId === challengeId);
    });
  }

  answer(approvalId: string, answer: 'approve' | 'deny', number?: string): Promise<Answer<Any>> {
    const wish = { answer, ...(number !== undefined && { number }) };
    return this.person.post(`/outside/api/devices/${this.deviceId}/approvals/${approvalId}`, wish);
  }
}

/** Proves the address that the demo gave its accounts. */
export async function steppedUp(person: Person, token: string, username: string): Promise<void> {
  const address = username.replace(/@(\w+)\.example$/, '@$1.home.example');
  const seen = (await person.mails(address)).map(codeIn);
  const { body: view } = await person.get('/api/v1/me/step-up', { token });
  const option = (view.options as { method: string; methodId: string }[]).find(({ method }) => method === 'email');
  const { body } = await person.post('/api/v1/me/step-up', { methodId: option?.methodId }, { token });
  const code = await eventually(async () =>
    (await person.mails(address)).map(codeIn).find((one) => one !== undefined && !seen.includes(one)),
  );
  const answer = await person.post(`/api/v1/me/step-up/${body.stepUpId}/answer`, { code }, { token });
  if (answer.status !== 200) throw new Error(`the step-up answered ${answer.status}: ${answer.text}`);
}

export async function signedIn(person: Person, username: string, password: string, code?: string): Promise<string> {
  const answer = await person.post('/api/v1/sessions', { username, password, ...(code !== undefined && { code }) });
  if (answer.status !== 201) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`);
  return answer.body.token as string;
}

/** Asks for a push and waits until the device shows it. */
export async function pushed(recovery: Recovery, phone: Phone): Promise<{ challengeId: string; number: string }> {
  const { status, body, text } = await recovery.post('challenges', { method: 'app-notification' });
  if (status !== 202) throw new Error(`challenge answered ${status}: ${text}`);
  await phone.approval(body.challengeId as string);
  return body;
}

/** Another number than this one. */
export const otherThan = (number: string): string => String((Number(number) + 1) % 100).padStart(2, '0');
