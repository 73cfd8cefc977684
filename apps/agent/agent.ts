import { setTimeout as sleep } from 'node:timers/promises';
import { Directory } from '#libs/directory/directory';
import { troubleOf } from '#libs/directory/directory-errors';
import {
  mostHeld,
  NotUnderstood,
  polledIn,
  type Asking,
  type Polled,
  type Receipt,
  type WriteCommand,
} from '#libs/directory/protocol/agent-messages';
import { carryOut, whyUnreadable } from './carry-out.js';
import { conclude, tell } from './conclude.js';
import { DirectoryWatch, lookAfter, type Look } from './directory-watch.js';
import { enrol } from './enrol.js';
import type { Report } from './events.js';
import { Identity } from './identity.js';
import { Journal } from './journal.js';
import { ClockMoved, Platform, PlatformRefused } from './platform.js';
import { renewKeys } from './renew-keys.js';
import { SelfReport } from './self-report.js';
import { AgentSettingsRefused, type AgentSettings } from './settings.js';
import { answerSignIns } from './sign-ins.js';
import { soleAgentIn } from './sole-agent.js';
import { isDiskTrouble, proveWritable, Unreadable } from './state-dir.js';
import { syncPeople } from './sync-people.js';
import { Troubles } from './troubles.js';

/** Longer than the platform holds a question, milliseconds. */
const pollMs = 40_000;
/** The last that is told before it ends may take so long, milliseconds. */
const lastWordMs = 5_000;
/** `away`: while nobody answers, people wait, and asking costs next to nothing. Who is refused asks more and more seldom. */
const pauses = { first: 500, away: 2_000, longest: 15_000 };
/** Milliseconds between two comparisons of everybody. */
const compareEveryMs = 3_600_000;

/** Asks the platform for work and does it, until it is told to stop. */
export class Agent {
  readonly #platform: Platform;
  readonly #journal: Journal;
  readonly #directory: Directory;
  readonly #watch: DirectoryWatch;
  readonly #self: SelfReport;
  private readonly report: Report;
  #identity: Identity | undefined;
  #looking = new AbortController();
  readonly #troubles: Troubles;
  /** The disk did not take something; who cannot note what it takes asks for nothing. */
  #cramped = false;

  constructor(
    private readonly settings: AgentSettings,
    tell: Report,
  ) {
    this.#platform = new Platform(settings.apiUrl, () => this.#identity?.signer);
    this.#troubles = new Troubles(tell);
    this.#self = new SelfReport(settings, () => this.#platform.now());
    this.report = this.#self.hearing(this.#troubles.report);
    this.#journal = new Journal(settings.dataDir);
    this.#directory = new Directory(settings.directory, () => this.#platform.now().getTime());
    this.#watch = new DirectoryWatch(this.#directory, this.report);
  }

  /** @throws AgentSettingsRefused when it cannot work as it is set up */
  async run(signal: AbortSignal): Promise<void> {
    const sole = await soleAgentIn(this.settings.dataDir);
    await this.#run(signal).finally(() => sole.close());
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#identity = await loaded(this.settings.dataDir);
    if (!this.#identity) {
      this.#identity = await enrol(this.settings, this.#platform);
      this.report('enrolled', { agentId: this.#identity.agentId });
    }
    this.report('started', { agentId: this.#identity.agentId });
    const telling = this.#self.run(this.#platform, signal);
    await this.#meetDirectory(signal);
    const { kind, protectedGroups } = this.settings.directory;
    if (kind === 'openldap' && protectedGroups.length === 0) this.report('nobody-protected');
    const desk = {
      identity: this.#identity,
      directory: this.#directory,
      platform: this.#platform,
      watch: this.#watch,
    };
    const watching = this.#watch.run(signal);
    await Promise.all([this.#work(signal), this.#keepInStep(signal), answerSignIns(desk, signal), watching, telling]);
    this.report('stopped');
  }

  /** It ends with a sentence to whoever started it; who looks after it from afar is told as well. */
  async #unfit(trouble: string): Promise<AgentSettingsRefused> {
    this.report('fence-unfit');
    await this.#self.tell(this.#platform, AbortSignal.timeout(lastWordMs));
    return new AgentSettingsRefused(trouble);
  }

  /** Ends the question that waits, so that the next one is asked at once: time may have moved. */
  lookUp(): void {
    this.#looking.abort();
  }

  /** Who cannot reach the directory asks for no work: the platform counts on whoever asks. */
  async #meetDirectory(signal: AbortSignal): Promise<void> {
    for (let look: Look | undefined; !signal.aborted;) {
      try {
        const trouble = await this.#directory.fenceTrouble();
        if (trouble) throw await this.#unfit(trouble);
        return this.report('directory-ready');
      } catch (error) {
        if (error instanceof AgentSettingsRefused) throw error;
        look = lookAfter(look, troubleOf(error));
        this.report('directory-trouble', { trouble: look.trouble });
        await sleep(look.pause, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let pause = pauses.first; !signal.aborted;) {
      try {
        await renewKeys(this.#identity!, this.#platform, this.report);
        await conclude(this.#desk());
        if (this.#cramped) await proveWritable(this.settings.dataDir);
        this.#cramped = false;
        if (!(await this.#watch.reachable(pauses.longest, signal))) continue;
        const command = await this.#poll(signal);
        pause = pauses.first;
        if (command) await this.#carryOut(command);
      } catch (error) {
        if (signal.aborted) return;
        this.#tellTrouble(error);
        await sleep(pause, undefined, { signal }).catch(() => undefined);
        pause = Math.min(pause * 2, isAway(error) ? pauses.away : pauses.longest);
      }
    }
  }

  async #poll(signal: AbortSignal): Promise<Polled['command']> {
    const looking = (this.#looking = new AbortController());
    const leave = AbortSignal.any([signal, looking.signal, this.#watch.lost]);
    try {
      const path = '/api/v1/agent/commands';
      const asking = await this.#asking();
      const { command } = polledIn(await this.#platform.call('POST', path, asking, { timeoutMs: pollMs, leave }));
      this.#troubles.allIsWell();
      return command;
    } catch (error) {
      if (leave.aborted || error instanceof ClockMoved) return null;
      throw error;
    }
  }

  /** A command is in the journal before anything of it is done, and until the platform has heard what became of it. */
  async #asking(): Promise<Asking> {
    return { holding: (await this.#journal.holding()).slice(0, mostHeld) };
  }

  async #carryOut(command: WriteCommand): Promise<void> {
    this.report('taken', { writebackId: command.writebackId, kind: command.kind });
    // Handed out once more, although it was named: what was noted of it stays.
    const known = await this.#journal.find(command.writebackId);
    const receipt = known?.receipt ?? (await this.#done(command, known !== undefined));
    if (receipt) await tell(this.#desk(), receipt);
  }

  async #done(command: WriteCommand, begun: boolean): Promise<Receipt | undefined> {
    const { writebackId } = command;
    const receipt = await carryOut(
      {
        identity: this.#identity!,
        journal: this.#journal,
        directory: this.#directory,
        now: () => this.#platform.now(),
      },
      command,
      begun,
    );
    const { result, writes, trouble } = receipt ?? {};
    if (!receipt) this.report('outcome-unknown', { writebackId });
    else if (result === 'unreachable') this.report('not-written', { writebackId, trouble });
    else this.report('written', { writebackId, result, writes });
    if (!receipt || result === 'unreachable') this.#watch.suspect();
    if (receipt?.result === 'permission-denied') this.report('right-missing', { writebackId });
    if (result === 'unreadable')
      this.report('password-unreadable', { writebackId, trouble: whyUnreadable(this.#identity!, command) });
    if (trouble === 'not-kept') {
      this.#cramped = true;
      this.report('disk-trouble', { trouble });
    }
    return receipt;
  }

  async #keepInStep(signal: AbortSignal): Promise<void> {
    let compared = -Infinity;
    while (!signal.aborted) {
      try {
        const compare = performance.now() - compared >= compareEveryMs;
        if (await this.#watch.reachable(0, signal)) {
          this.#self.looked(await syncPeople(this.settings, this.#directory, this.#platform, this.report, compare));
          if (compare) compared = performance.now();
        }
        this.#troubles.forget('people-trouble');
      } catch (error) {
        if (!signal.aborted) this.report('people-trouble', { trouble: kindOf(error) });
      }
      await sleep(this.settings.syncEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #tellTrouble(error: unknown): void {
    this.#cramped ||= isDiskTrouble(error);
    const event = isDiskTrouble(error)
      ? 'disk-trouble'
      : error instanceof PlatformRefused && error.code === 'poll-replaced'
        ? 'asked-elsewhere'
        : error instanceof PlatformRefused && error.status === 401
          ? 'identity-refused'
          : 'platform-trouble';
    this.report(event, { trouble: kindOf(error) });
  }

  #desk(): Parameters<typeof conclude>[0] {
    return {
      journal: this.#journal,
      directory: {
        // Whoever watches finds out when it is back.
        standing: (looked) =>
          this.#watch.away ? Promise.resolve({ standing: 'unreachable', writes: 0 }) : this.#directory.standing(looked),
      },
      platform: this.#platform,
      report: this.report,
      fenced: this.settings.directory.passwordModify !== 'exop',
      carryOut: (command) => this.#done(command, true),
    };
  }
}

function loaded(dataDir: string): Promise<Identity | undefined> {
  return Identity.load(dataDir).catch((error: unknown) => {
    if (!(error instanceof Unreadable)) throw error;
    throw new AgentSettingsRefused(
      `${error.message}: remove AGENT_DATA_DIR, create an agent in Keyturn, and enrol this one with its new code.`,
    );
  });
}

const isAway = (error: unknown): boolean =>
  error instanceof PlatformRefused && (error.status === 0 || error.status >= 500);

/** Never the text of a directory's answer: it may name people. */
function kindOf(error: unknown): string {
  if (error instanceof PlatformRefused) return `${error.status} ${error.code}`;
  return error instanceof NotUnderstood ? 'not-understood' : troubleOf(error);
}
