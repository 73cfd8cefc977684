import { Attribute, Change, Client } from 'ldapts';
import { startAgent } from '../support/agent.js';
import { Administrator } from '../support/administrators.js';
import { eventually, Person, Recovery, type StartedView } from '../support/journey.js';
import { startProduct } from '../support/product.js';
import { startSlapd, type Slapd } from '../support/slapd.js';
import { percentile } from '../support/statistics.js';

const user = 'hybrid.user@contoso.example';
const address = 'hybrid.user@contoso.home.example';

/**
 * A new password of a hybrid user, from its submission over HTTP to the verdict on the open event stream: sealed, offered,
 * leased, written to a real OpenLDAP by the agent's process, reported. Beside it, in the same run, a bare Modify of the same
 * attribute on a new connection: bind, modify, unbind.
 */
export async function benchWriteback(rounds: number): Promise<Record<string, number>> {
  const [product, slapd] = await Promise.all([startProduct(), startSlapd([user])]);
  const person = new Person(product.url);
  const admin = await Administrator.signIn(product.url);
  const { enrolmentCode } = (await admin.post('/tenant/agents')).body;
  const agent = await startAgent({
    apiUrl: product.url,
    enrolmentCode,
    directory: slapd.options,
  });
  try {
    await eventually(() => Promise.resolve(agent.lines().some(({ event }) => event === 'people')), 60_000);
    const [whole, bare]: [number[], number[]] = [[], []];
    for (let n = 0; n < rounds + 3; n++) {
      // Codes by mail are limited to ten in ten minutes.
      if (n % 8 === 7) await person.advance('PT10M');
      const recovery = await proved(person);
      const verdict = await submitted(product.url, recovery, `Lantern-Harbour-Bench-${n}!`);
      const alone = await modified(slapd, `Lantern-Harbour-Bare-${n}!`);
      // The first ones open connections and warm what is compiled later.
      if (n < 3) continue;
      whole.push(verdict);
      bare.push(alone);
    }
    return {
      'submit to verdict p50 ms': percentile(whole, 50),
      'submit to verdict p99 ms': percentile(whole, 99),
      'bare bind and modify p50 ms': percentile(bare, 50),
      'bare bind and modify p99 ms': percentile(bare, 99),
      'p50 beyond the bare modify ms': percentile(whole, 50) - percentile(bare, 50),
    };
  } finally {
    await agent.remove();
    await slapd.stop();
    await product.remove();
  }
}

async function proved(person: Person): Promise<Recovery> {
  const recovery = await eventually(async () => {
    await person.resetLimits();
    const { status, body } = await person.start(user);
    return status === 201 && new Recovery(person, body as StartedView);
  }, 60_000);
  return recovery.provedByMail(address);
}

/** @returns milliseconds until the stream, which was open before, tells the verdict */
async function submitted(url: string, recovery: Recovery, password: string): Promise<number> {
  const gone = new AbortController();
  const headers = { authorization: `Bearer ${recovery.token}` };
  const stream = await fetch(`${url}${recovery.path}/events`, { headers, signal: gone.signal });
  const began = performance.now();
  const answer = recovery.password(password);
  let text = '';
  for await (const chunk of stream.body!) {
    text += Buffer.from(chunk as Uint8Array).toString();
    if (text.includes('"status":"succeeded"')) break;
    if (/"status":"failed"|"rejection"/.test(text)) throw new Error(`the directory refused it: ${text.slice(-500)}`);
  }
  const ms = performance.now() - began;
  await answer;
  gone.abort();
  return ms;
}

async function modified(
  { options: { url, ca, baseDn, bindDn, bindPassword } }: Slapd,
  password: string,
): Promise<number> {
  const began = performance.now();
  const ldap = new Client({ url, tlsOptions: { ca } });
  await ldap.bind(bindDn, bindPassword);
  const modification = new Attribute({ type: 'userPassword', values: [password] });
  await ldap.modify(`uid=hybrid.user,ou=people,${baseDn}`, new Change({ operation: 'replace', modification }));
  await ldap.unbind();
  return performance.now() - began;
}
