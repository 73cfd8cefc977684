import type { CaseEvent, CaseFile } from '#libs/commands/operations/case-file';

/** A case as a page of text, as wide as it must be. */
export function caseReport(file: CaseFile): string {
  const { outcome } = file;
  const how = outcome
    ? `${outcome.result}: ${outcome.reason}${outcome.method ? ` (${outcome.method})` : ''}`
    : `still open: ${file.status}`;
  const facts: [string, string | null][] = [
    ['Support code', file.supportCode],
    ['Recovery', file.recoveryId],
    ['Tenant', file.tenantId ?? 'none: the domain is not known'],
    ['Account', file.accountId ?? 'none: the name is nobody’s'],
    ['Asked for', file.reason],
    ['Outcome', how],
    ['Started', readable(file.startedAt)],
    ['Closed', file.closedAt && readable(file.closedAt)],
    ['Policy', `version ${file.policyVersion}`],
    ['Also matching', file.alsoMatching.length > 0 ? file.alsoMatching.join(', ') : null],
  ];
  const lines = facts.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(14)} ${value}`]));
  return [...lines, '', ...table(file), ''].join('\n');
}

function table({ events, startedAt }: CaseFile): string[] {
  const rows = events.map((event) => [readable(event.at), since(startedAt, event.at), actorOf(event), event.what]);
  const all = [['Time (UTC)', 'After', 'Actor', 'What happened'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map(([time, after, actor, what]) =>
    [time!.padEnd(widths[0]!), after!.padStart(widths[1]!), actor!.padEnd(widths[2]!), what!].join('  '),
  );
  return [lines[0]!, '-'.repeat(Math.max(...lines.map(({ length }) => length))), ...lines.slice(1)];
}

const readable = (instant: string): string => instant.replace('T', ' ').replace('Z', '');

function since(start: string, at: string): string {
  const seconds = (Date.parse(at) - Date.parse(start)) / 1_000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

const actorOf = ({ actor }: CaseEvent): string => (actor.id ? `${actor.kind} ${shortened(actor.id)}` : actor.kind);

/** Of an id, enough to see who is who; the whole one is in the JSON. */
const shortened = (id: string): string => (id.length > 12 ? `${id.slice(0, 8)}…` : id);
