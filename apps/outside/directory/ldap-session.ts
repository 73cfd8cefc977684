import { element, elementsIn, integer, numberOf, tags, textOf } from './ber.js';
import { plainDn, reaches, shownOf, valuesOf, type Entry } from './entries.js';
import {
  control,
  entryMessage,
  resultMessage,
  type AttributeChange,
  type Request,
  type Result,
} from './ldap-messages.js';
import type { SignIn } from './simulated-person.js';

/** What a connection asks of the directory behind it. */
export interface Backend {
  /** Everything that who is signed in may read. @param dn null: nobody */
  visibleTo(dn: string | null): readonly Entry[];
  /** @returns undefined when there is nobody of this name */
  signIn(dn: string, password: string): Promise<SignIn | undefined>;
  /** @throws LineCut when the connection shall end without an answer */
  modify(by: string | null, dn: string, changes: readonly AttributeChange[]): Promise<Result>;
}

export class LineCut extends Error {
  override readonly name = 'LineCut';
}

const pagedResults = '1.2.840.113556.1.4.319';
const passwordPolicy = '1.3.6.1.4.1.42.2.27.8.5.1';
const known = [pagedResults, passwordPolicy];

/** One connection's conversation: who signed in, and an answer to each request. */
export class LdapSession {
  #dn: string | null = null;

  constructor(private readonly backend: Backend) {}

  /** @returns undefined when the connection ends. @throws LineCut, RangeError */
  async answer({ id, operation, controls }: Request): Promise<Buffer[] | undefined> {
    const unknown = controls.some(({ oid, critical }) => critical && !known.includes(oid));
    switch (operation.kind) {
      case 'unbind':
        return undefined;
      case 'abandon':
        return [];
      case 'bind':
        return [
          await this.#bind(
            id,
            operation.dn,
            operation.password,
            controls.some(({ oid }) => oid === passwordPolicy),
          ),
        ];
      case 'search': {
        if (unknown) return [resultMessage(id, 0x65, { code: 12 })];
        const paging = controls.find(({ oid }) => oid === pagedResults)?.value;
        return this.#search(id, operation, paging);
      }
      case 'modify': {
        const result = unknown ? { code: 12 } : await this.backend.modify(this.#dn, operation.dn, operation.changes);
        return [resultMessage(id, 0x67, result)];
      }
      case 'other':
        return [resultMessage(id, operation.answer ?? 0x78, { code: 53, text: 'not simulated' })];
    }
  }

  async #bind(id: number, dn: string, password: string | undefined, tellPolicy: boolean): Promise<Buffer> {
    this.#dn = null;
    const answered = (result: Result, controls: Buffer[] = []) => resultMessage(id, 0x61, result, controls);
    if (password === undefined) return answered({ code: 7, text: 'simple binds only' });
    if (dn === '' && password === '') return answered({ code: 0 });
    if (password === '') return answered({ code: 53, text: 'unauthenticated bind (DN with no password) disallowed' });
    const verdict = await this.backend.signIn(dn, password);
    const said = tellPolicy && verdict ? policyErrors[verdict] : undefined;
    const policy = said === undefined ? [] : [control(passwordPolicy, element(tags.sequence, integer(said, 0x81)))];
    if (verdict !== 'right' && verdict !== 'must-change') return answered({ code: 49 }, policy);
    this.#dn = plainDn(dn);
    return answered({ code: 0 }, policy);
  }

  #search(
    id: number,
    { base, scope, filter, attributes }: Extract<Request['operation'], { kind: 'search' }>,
    paging: Buffer | undefined,
  ): Buffer[] {
    const visible = this.backend.visibleTo(this.#dn);
    if (!visible.some(({ dn }) => plainDn(dn) === plainDn(base))) return [resultMessage(id, 0x65, { code: 32 })];
    const found = visible.filter(
      (entry) => reaches(base, scope, entry.dn) && filter((attribute) => valuesOf(entry, attribute)),
    );
    const { from, to, next } = page(paging, found.length);
    const shown = found.slice(from, to);
    return [
      ...shown.map((entry) => entryMessage(id, entry.dn, shownOf(entry, attributes))),
      resultMessage(id, 0x65, { code: 0 }, next === undefined ? [] : [control(pagedResults, next)]),
    ];
  }
}

/** draft-behera-ldap-password-policy §6.2 */
const policyErrors: Readonly<Partial<Record<SignIn, number>>> = { locked: 1, 'must-change': 2 };

/** RFC 2696: the cookie is where the next page begins. */
function page(value: Buffer | undefined, count: number): { from: number; to: number; next?: Buffer } {
  if (!value) return { from: 0, to: count };
  const [size, cookie] = elementsIn(elementsIn(value)[0]!.bytes);
  const from = Number(textOf(cookie!)) || 0;
  const to = Math.min(count, from + Math.max(1, numberOf(size!)));
  const next = to < count ? String(to) : '';
  return { from, to, next: element(tags.sequence, integer(count), element(tags.octets, next)) };
}
