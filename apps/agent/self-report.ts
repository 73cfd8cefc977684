import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  isSameTrouble,
  mostTroubles,
  type AgentReport,
  type ReportedDirectory,
  type ReportedPeople,
  type ReportedTrouble,
  type ToldPeople,
} from '#libs/directory/protocol/agent-report';
import { agentVersion } from './enrol.js';
import { events, type Report } from './events.js';
import { ClockMoved, type Platform } from './platform.js';
import type { AgentSettings } from './settings.js';

const path = '/api/v1/agent/report';
/** Milliseconds: told this often while nothing changes; what changes at once is told at once. */
const everyMs = 60_000;
const togetherMs = 200;

type Details = Parameters<Report>[1];

/**
 * How this agent is, for the administrators' page: what it reports to its own log is heard here as well. That the platform
 * cannot be told is no matter of this file's: whoever asks for work notices, and reports it.
 */
export class SelfReport {
  #directory: Pick<ReportedDirectory, 'state' | 'since' | 'trouble'>;
  #people: ReportedPeople | undefined;
  #troubles: readonly ReportedTrouble[] = [];
  #changed = Promise.withResolvers<void>();

  constructor(
    private readonly settings: AgentSettings,
    private readonly now: () => Date,
  ) {
    this.#directory = { state: 'looking', since: this.#at() };
  }

  /** @returns reports as before, and is heard */
  hearing =
    (report: Report): Report =>
    (event, details) => {
      report(event, details);
      if (this.#hear(event, details)) this.#changed.resolve();
    };

  /** @param seen how many people are in the directory */
  looked(seen: number): void {
    const isNews = seen !== this.#people?.seen;
    this.#people = { ...this.#people, seen, at: this.#at() };
    if (isNews) this.#changed.resolve();
  }

  /** Tells again and again, until it is told to stop. */
  async run(platform: Pick<Platform, 'call'>, signal: AbortSignal): Promise<void> {
    const pause = (ms: number, leave = signal) => sleep(ms, undefined, { signal: leave }).catch(() => undefined);
    while (!signal.aborted) {
      this.#changed = Promise.withResolvers();
      await this.tell(platform, signal);
      const over = new AbortController();
      await Promise.race([this.#changed.promise, pause(everyMs, AbortSignal.any([signal, over.signal]))]);
      over.abort();
      await pause(togetherMs);
    }
  }

  /** Once, now. */
  async tell(platform: Pick<Platform, 'call'>, leave: AbortSignal): Promise<void> {
    const call = (): Promise<unknown> => platform.call('POST', path, this.report(), { leave });
    const again = (error: unknown) => (error instanceof ClockMoved ? call() : undefined);
    await call()
      .catch(again)
      .catch(() => undefined);
  }

  report(): AgentReport {
    const { kind, url, fenceAttribute, passwordModify, protectedGroups } = this.settings.directory;
    return {
      version: agentVersion,
      machine: hostname() || '?',
      directory: {
        kind,
        host: new URL(url).host,
        fenceAttribute,
        fenced: passwordModify !== 'exop',
        protectedGroups: protectedGroups.length,
        ...this.#directory,
        ...(this.#people && { people: this.#people }),
      },
      troubles: this.#troubles,
    };
  }

  /** @returns whether the platform should know at once */
  #hear(event: Parameters<Report>[0], details: Details = {}): boolean {
    const at = this.#at();
    const trouble = typeof details.trouble === 'string' ? details.trouble : undefined;
    if (event === 'directory-ready') this.#directory = { state: 'ready', since: at };
    if (event === 'directory-trouble') this.#away(at, trouble);
    if (event === 'people') this.#people = { seen: 0, at, ...this.#people, told: toldIn(details, at) };
    const { id: eventId, level } = events[event];
    if (level === 'info') return event === 'directory-ready' || event === 'people';
    // A matter of settings, which every report tells by itself.
    if (event === 'nobody-protected') return false;
    const { writebackId } = details as { writebackId?: string };
    const one = { at, eventId, ...(trouble && { trouble }), ...(writebackId && { writebackId }) };
    const others = this.#troubles.filter((other) => !isSameTrouble(other, one));
    const isNew = others.length === this.#troubles.length;
    this.#troubles = [one, ...others].slice(0, mostTroubles);
    return isNew || event === 'directory-trouble';
  }

  /** Told once more while it lasts, for another reason perhaps. */
  #away(at: string, trouble: string | undefined): void {
    const since = this.#directory.state === 'away' ? this.#directory.since : at;
    this.#directory = { state: 'away', since, ...(trouble && { trouble }) };
  }

  #at = (): string => this.now().toISOString();
}

function toldIn(details: Readonly<Record<string, unknown>>, at: string): ToldPeople {
  const count = (name: string): number => (typeof details[name] === 'number' ? details[name] : 0);
  return {
    at,
    created: count('created'),
    linked: count('linked'),
    updated: count('updated'),
    passedOver: count('passedOver'),
    unusable: count('unusable'),
    conflicts: count('conflicts'),
  };
}
