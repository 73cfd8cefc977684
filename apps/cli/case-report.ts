import type { CaseFile } from '#libs/commands/operations/case-file';
import type { RevealedCase, RevealedEvent } from '#libs/commands/operations/revealed-case';
import { printable } from './printable.js';

/** A case as a page of text, as wide as it must be. */
export function caseReport(file: CaseFile | RevealedCase): string {
  const { outcome } = file;
  const how = outcome
    ? `${outcome.result}: ${outcome.reason}${outcome.method ? ` (${outcome.method})` : ''}`
    : `still open: ${file.status}`;
  const facts: [string, string | null][] = [
    ['Support code', file.supportCode],
    ['Recovery', file.recoveryId],
    ['Tenant', file.tenantId ?? 'none: the domain is not known'],
    ['Account', file.accountId ?? 'none: the name is nobody’s'],
    ...('username' in file ? revealedFacts(file) : []),
    ['Asked for', file.reason],
    ['Outcome', how],
    ['Started', readable(file.startedAt)],
    ['Closed', file.closedAt && readable(file.closedAt)],
    ['Policy', `version ${file.policyVersion}`],
    ['Also matching', file.alsoMatching.length > 0 ? file.alsoMatching.join(', ') : null],
  ];
  const lines = facts.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(14)} ${printable(value)}`]));
  return [...lines, '', ...table(file), ''].join('\n');
}

function revealedFacts({ username, events }: RevealedCase): [string, string | null][] {
  const clients = events.flatMap(({ client }) => (client && typeof client === 'object' ? [client] : []));
  const browsers = Map.groupBy(clients, ({ address }) => address);
  return [
    ['User name', username],
    ...[...browsers].map(([address, seen]): [string, string] => [
      'Client',
      `${address} (${[...new Set(seen.map(({ userAgent }) => userAgent || 'no browser named'))].join('; ')})`,
    ]),
  ];
}

function table({ events, startedAt }: CaseFile | RevealedCase): string[] {
  const revealed = events.some((event) => 'client' in event);
  const rows = events.map((event: RevealedEvent) => [
    readable(event.at),
    since(startedAt, event.at),
    actorOf(event),
    ...(revealed ? [clientOf(event)] : []),
    `${event.what}${personalIn(event)}`,
  ]);
  const all = [['Time (UTC)', 'After', 'Actor', ...(revealed ? ['Client'] : []), 'What happened'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => printable(row[column]!).length)));
  const lines = all.map((row) => row.map((cell, n) => aligned(printable(cell), n, widths)).join('  '));
  return [lines[0]!, '-'.repeat(Math.max(...lines.map(({ length }) => length))), ...lines.slice(1)];
}

/** The second column is a number; the last needs no filling. */
const aligned = (cell: string, column: number, widths: readonly number[]): string =>
  column === widths.length - 1 ? cell : column === 1 ? cell.padStart(widths[1]!) : cell.padEnd(widths[column]!);

const personalIn = ({ personal = [] }: RevealedEvent): string =>
  personal.length === 0 ? '' : ` [${personal.map(({ what, value }) => `${what} ${value}`).join(', ')}]`;

const clientOf = ({ client }: RevealedEvent): string => (typeof client === 'object' ? client.address : (client ?? ''));

const readable = (instant: string): string => instant.replace('T', ' ').replace('Z', '');

function since(start: string, at: string): string {
  const seconds = (Date.parse(at) - Date.parse(start)) / 1_000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

const actorOf = ({ actor }: RevealedEvent): string => (actor.id ? `${actor.kind} ${shortened(actor.id)}` : actor.kind);

/** Of an id, enough to see who is who; the whole one is in the JSON. */
const shortened = (id: string): string => (id.length > 12 ? `${id.slice(0, 8)}…` : id);

/** The same for programs. */
export const caseJson = (file: CaseFile | RevealedCase): string =>
  `${JSON.stringify(file, undefined, 2).replace(/[\u007f-\u009f]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)}\n`;
