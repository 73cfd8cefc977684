import { element, elementsIn, integer, numberOf, tags, textOf, type Element } from './ber.js';
import { filterIn, type Filter } from './ldap-filter.js';

export interface AttributeChange {
  readonly operation: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  readonly values: readonly string[];
}

/** RFC 4511 §4, as far as the simulated directory understands it. */
export type Operation =
  | { readonly kind: 'bind'; readonly dn: string; readonly password: string | undefined }
  | { readonly kind: 'unbind' | 'abandon' | 'other'; readonly answer?: number }
  | {
      readonly kind: 'search';
      readonly base: string;
      readonly scope: Scope;
      readonly filter: Filter;
      readonly attributes: readonly string[];
    }
  | { readonly kind: 'modify'; readonly dn: string; readonly changes: readonly AttributeChange[] };

export type Scope = 'base' | 'one' | 'sub';

export interface Request {
  readonly id: number;
  readonly operation: Operation;
  readonly controls: readonly { readonly oid: string; readonly critical: boolean; readonly value?: Buffer }[];
}

/** @throws RangeError for what is no request */
export function requestIn(message: Element): Request {
  const [id, operation, controls] = elementsIn(message.bytes);
  if (!id || !operation) throw new RangeError('no message');
  return {
    id: numberOf(id),
    operation: operationIn(operation),
    controls: controls?.tag === 0xa0 ? elementsIn(controls.bytes).map(controlIn) : [],
  };
}

function controlIn(control: Element) {
  const [oid, ...rest] = elementsIn(control.bytes);
  const value = rest.find(({ tag }) => tag === tags.octets)?.bytes;
  const critical = rest.some(({ tag, bytes }) => tag === tags.boolean && bytes[0] !== 0);
  return { oid: textOf(oid!), critical, ...(value && { value }) };
}

const scopes = ['base', 'one', 'sub'] as const;
const operations = ['add', 'delete', 'replace'] as const;

function operationIn({ tag, bytes }: Element): Operation {
  switch (tag) {
    case 0x60: {
      const [, dn, credentials] = elementsIn(bytes) as [Element, Element, Element];
      return { kind: 'bind', dn: textOf(dn), password: credentials.tag === 0x80 ? textOf(credentials) : undefined };
    }
    case 0x42:
      return { kind: 'unbind' };
    case 0x50:
      return { kind: 'abandon' };
    case 0x63: {
      const [base, scope, , , , , filter, attributes] = elementsIn(bytes) as Element[];
      return {
        kind: 'search',
        base: textOf(base!),
        scope: scopes[numberOf(scope!)] ?? 'sub',
        filter: filterIn(filter!),
        attributes: elementsIn(attributes!.bytes).map(textOf),
      };
    }
    case 0x66: {
      const [dn, changes] = elementsIn(bytes) as [Element, Element];
      return { kind: 'modify', dn: textOf(dn), changes: elementsIn(changes.bytes).map(changeIn) };
    }
    default:
      // The answer to a request has the next number, except that a search's has two.
      return { kind: 'other', answer: tag === 0x4a ? 0x6b : tag + 1 };
  }
}

function changeIn({ bytes }: Element): AttributeChange {
  const [operation, modification] = elementsIn(bytes) as [Element, Element];
  const [attribute, values] = elementsIn(modification.bytes) as [Element, Element];
  return {
    operation: operations[numberOf(operation)] ?? 'replace',
    attribute: textOf(attribute),
    values: elementsIn(values.bytes).map(textOf),
  };
}

export interface Result {
  readonly code: number;
  readonly text?: string;
}

/** @param tag of the answer: 0x61 to a bind, 0x65 to a search, 0x67 to a modify */
export const resultMessage = (
  id: number,
  tag: number,
  { code, text = '' }: Result,
  controls: readonly Buffer[] = [],
): Buffer =>
  message(id, element(tag, integer(code, tags.enumerated), element(tags.octets), element(tags.octets, text)), controls);

export function entryMessage(id: number, dn: string, attributes: Readonly<Record<string, readonly string[]>>): Buffer {
  const parts = Object.entries(attributes).map(([name, values]) =>
    element(
      tags.sequence,
      element(tags.octets, name),
      element(tags.set, ...values.map((value) => element(tags.octets, value))),
    ),
  );
  return message(id, element(0x64, element(tags.octets, dn), element(tags.sequence, ...parts)), []);
}

export const control = (oid: string, value: Buffer): Buffer =>
  element(tags.sequence, element(tags.octets, oid), element(tags.octets, value));

const message = (id: number, operation: Buffer, controls: readonly Buffer[]): Buffer =>
  element(tags.sequence, integer(id), operation, ...(controls.length > 0 ? [element(0xa0, ...controls)] : []));
