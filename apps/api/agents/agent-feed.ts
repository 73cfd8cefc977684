import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { LeaseWriteback } from '#libs/commands/writeback/lease-writeback';
import { OpenWritebacks } from '#libs/commands/writeback/open-writebacks';
import type { WriteCommand } from '#libs/directory/protocol/agent-messages';
import type { WritebackEvent } from '#libs/domain/writeback/writeback.events';
import { EventStore } from '#libs/eventstore/event-store';
import { subscribe } from '#libs/eventstore/subscription';
import { AgentPolls } from '#libs/runtime/agent-polls';
import { OpenPolls } from './open-polls.js';

/** Milliseconds an agent is kept waiting; proxies cut quiet connections after 30 s and more. */
const holdMs = 25_000;
/** Milliseconds between two notes that an agent which waits is alive. */
const noteMs = 10_000;
/** Milliseconds between two looks at what waits: nothing is missed for long, whatever interrupted the subscription. */
const lookMs = 5_000;
/** Milliseconds a read model is behind at most while all is well, and how many offers come in that time. */
const recentMs = 10_000;
const recentKept = 1_000;
const pauses = { first: 100, longest: 5_000 };

/** Who asks. */
export interface Asker {
  readonly agentId: string;
  readonly tenantId: string;
  /** All that it has begun; undefined when it does not say. */
  readonly holding?: readonly string[] | undefined;
}

interface Waiting extends Asker {
  readonly told: (writebackId: string) => void;
}

/** Holds the agents' questions until something is offered to their tenant. One subscription serves them all. */
@Injectable()
export class AgentFeed implements OnModuleDestroy {
  readonly #waiting = new Set<Waiting>();
  /** Offered a moment ago: a question that comes now finds it in no read model yet. Newest first. */
  #recent: readonly { readonly tenantId: string; readonly writebackId: string; readonly until: number }[] = [];
  readonly #stopped = new AbortController();
  readonly #polls = new OpenPolls();
  #following = false;

  constructor(
    private readonly store: EventStore,
    private readonly commands: CommandBus,
    private readonly polls: AgentPolls,
    private readonly open: OpenWritebacks,
  ) {}

  /**
   * @returns a command this agent has leased; undefined when there was none for a while, or the agent has gone
   * @throws RuleViolation poll-replaced
   */
  async next(asker: Asker, request: IncomingMessage): Promise<WriteCommand | undefined> {
    const { agentId, tenantId } = asker;
    const gone = new AbortController();
    const end = (): void => gone.abort();
    request.socket.once('close', end);
    const timer = setTimeout(end, holdMs);
    const note = (): void => void this.polls.note(agentId, tenantId).catch(() => undefined);
    const noting = setInterval(note, noteMs);
    try {
      await this.polls.note(agentId, tenantId);
      return await this.#polls.hold(agentId, (replaced) =>
        this.#wait(asker, AbortSignal.any([gone.signal, this.#stopped.signal, replaced])),
      );
    } finally {
      clearTimeout(timer);
      clearInterval(noting);
      request.socket.off('close', end);
    }
  }

  onModuleDestroy(): void {
    this.#stopped.abort();
  }

  async #wait(asker: Asker, signal: AbortSignal): Promise<WriteCommand | undefined> {
    const { agentId, tenantId, holding } = asker;
    const seen = new Set<string>();
    let wake = (): void => undefined;
    const told = (writebackId: string): void => {
      seen.add(writebackId);
      wake();
    };
    const waiting: Waiting = { ...asker, told };
    const look = async (): Promise<void> => (await this.#open(asker)).forEach(told);
    this.#waiting.add(waiting);
    signal.addEventListener('abort', () => wake());
    this.#follow();
    const looking = setInterval(() => void look().catch(() => undefined), lookMs);
    try {
      await look();
      while (!signal.aborted) {
        for (const writebackId of seen) {
          seen.delete(writebackId);
          // Whoever has gone must not take it with them.
          if (signal.aborted) return undefined;
          const command = await this.commands.execute(new LeaseWriteback(agentId, tenantId, writebackId, holding));
          if (command) return command;
        }
        await new Promise<void>((resume) => {
          wake = resume;
          if (signal.aborted || seen.size > 0) resume();
        });
      }
      return undefined;
    } finally {
      clearInterval(looking);
      this.#waiting.delete(waiting);
    }
  }

  /** What nobody has yet comes first: one command that cannot be taken in keeps no other waiting. */
  async #open({ agentId, tenantId, holding }: Asker): Promise<Set<string>> {
    const offered = await this.open.of(tenantId);
    // What was offered while nobody was listening.
    const recent = this.#recent.filter((offer) => offer.tenantId === tenantId).map(({ writebackId }) => writebackId);
    const taken = holding ? await this.open.takenBy(tenantId, agentId) : [];
    return new Set([...offered, ...recent.reverse(), ...taken.filter((id) => !holding?.includes(id))]);
  }

  /** Never fails: whatever interrupts it, it begins anew at the end of the log; what it missed is found by looking. */
  #follow(): void {
    if (this.#following) return;
    this.#following = true;
    void (async () => {
      const { signal } = this.#stopped;
      for (let pause = pauses.first; !signal.aborted; pause = Math.min(pause * 2, pauses.longest)) {
        await this.#read(signal, () => (pause = pauses.first)).catch(() => undefined);
        await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined);
      }
    })();
  }

  #remember(tenantId: string, writebackId: string): void {
    const now = performance.now();
    const kept = this.#recent.filter(({ until }) => until > now);
    this.#recent = [{ tenantId, writebackId, until: now + recentMs }, ...kept].slice(0, recentKept);
  }

  async #read(signal: AbortSignal, heard: () => void): Promise<void> {
    const from = await this.store.head();
    const options = { prefixes: ['writeback-'], signal, ...(from === undefined ? {} : { from }) };
    for await (const { events } of subscribe(this.store, options)) {
      heard();
      for (const { type, data } of events as unknown as readonly WritebackEvent[]) {
        const { writebackId } = data;
        const offered = type === 'WritebackOffered' || type === 'WritebackReturned';
        if (offered) this.#remember(data.tenantId, writebackId);
        for (const { tenantId, agentId, holding, told } of this.#waiting) {
          if (offered && tenantId === data.tenantId) told(writebackId);
          // Through a question it had given up: whoever still asks has not got it.
          if (type === 'WritebackLeased' && agentId === data.agentId && holding) told(writebackId);
        }
      }
    }
  }
}
