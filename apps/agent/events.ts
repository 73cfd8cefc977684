/**
 * What an agent reports, with ids that never change their meaning: administrators search their logs for them
 * (docs/directory.md). A line never holds a secret, a name or an address of a person.
 */
export const events = {
  started: { id: 'KTA-100', level: 'info' },
  stopped: { id: 'KTA-101', level: 'info' },
  enrolled: { id: 'KTA-102', level: 'info' },
  'directory-ready': { id: 'KTA-110', level: 'info' },
  'directory-trouble': { id: 'KTA-111', level: 'warning' },
  'nobody-protected': { id: 'KTA-112', level: 'warning' },
  'fence-unfit': { id: 'KTA-113', level: 'error' },
  'platform-trouble': { id: 'KTA-120', level: 'warning' },
  'identity-refused': { id: 'KTA-121', level: 'error' },
  'asked-elsewhere': { id: 'KTA-122', level: 'warning' },
  'platform-ready': { id: 'KTA-123', level: 'info' },
  'disk-trouble': { id: 'KTA-130', level: 'error' },
  taken: { id: 'KTA-200', level: 'info' },
  written: { id: 'KTA-201', level: 'info' },
  'outcome-unknown': { id: 'KTA-202', level: 'warning' },
  'looked-again': { id: 'KTA-203', level: 'info' },
  'reset-unfinished': { id: 'KTA-204', level: 'error' },
  'receipt-refused': { id: 'KTA-205', level: 'error' },
  'right-missing': { id: 'KTA-206', level: 'error' },
  'receipt-set-aside': { id: 'KTA-207', level: 'error' },
  'not-written': { id: 'KTA-208', level: 'warning' },
  'journal-damaged': { id: 'KTA-209', level: 'error' },
  'password-unreadable': { id: 'KTA-210', level: 'error' },
  'sealing-key-replaced': { id: 'KTA-300', level: 'info' },
  'identity-key-replaced': { id: 'KTA-301', level: 'info' },
  'identity-key-completed': { id: 'KTA-302', level: 'warning' },
  people: { id: 'KTA-400', level: 'info' },
  'people-gone': { id: 'KTA-401', level: 'info' },
  'too-many-gone': { id: 'KTA-403', level: 'error' },
  'people-trouble': { id: 'KTA-402', level: 'warning' },
} as const;

export type AgentEventName = keyof typeof events;
export type Report = (event: AgentEventName, details?: Readonly<Record<string, unknown>>) => void;

/** One line of JSON an event. */
export const lineOf = (event: AgentEventName, at: Date, details: Readonly<Record<string, unknown>> = {}): string =>
  `${JSON.stringify({ at: at.toISOString(), ...events[event], event, ...details })}\n`;
