import type { AgentEventName, Report } from './events.js';

/** Milliseconds until the same trouble is told once more. */
const againMs = 600_000;

/** What comes again with every try while it lasts. */
const lasting: ReadonlySet<AgentEventName> = new Set([
  'platform-trouble',
  'identity-refused',
  'asked-elsewhere',
  'disk-trouble',
  'people-trouble',
  'directory-trouble',
]);
/** What is over once the platform has answered a question for work. */
const away: ReadonlySet<AgentEventName> = new Set(['platform-trouble', 'identity-refused', 'asked-elsewhere']);

/** Tells trouble when it begins, and then seldom: a night without a network is no ten thousand lines. */
export class Troubles {
  readonly #told = new Map<string, { readonly event: AgentEventName; readonly at: number }>();

  constructor(
    private readonly tell: Report,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  report: Report = (event, details = {}) => {
    if (event === 'directory-ready') this.forget('directory-trouble');
    if (!lasting.has(event)) return this.tell(event, details);
    const key = JSON.stringify([event, details]);
    const last = this.#told.get(key);
    if (last && this.nowMs() - last.at < againMs) return;
    this.#told.set(key, { event, at: this.nowMs() });
    this.tell(event, details);
  };

  /** The platform answers, and the disk takes what it is given. */
  allIsWell(): void {
    const over = [...this.#told].filter(([, { event }]) => away.has(event));
    this.forget(...away, 'disk-trouble');
    if (over.length > 0) this.tell('platform-ready');
  }

  forget(...events: readonly AgentEventName[]): void {
    for (const [key, { event }] of this.#told) if (events.includes(event)) this.#told.delete(key);
  }
}
