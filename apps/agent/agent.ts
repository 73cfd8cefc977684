import { setTimeout as sleep } from 'node:timers/promises';
import { createPrivateKey } from 'node:crypto';
import { Directory } from '#libs/directory/directory';
import { enrolledIn, polledIn, type Polled, type Receipt } from '#libs/directory/protocol/agent-messages';
import { carryOut, type Hands } from './carry-out.js';
import { Identity, newIdentityKey, newPair } from './identity.js';
import { Journal } from './journal.js';
import { ClockMoved, Platform, PlatformRefused } from './platform.js';
import { readState, writeState } from './state-dir.js';
import { AgentSettingsRefused, type AgentSettings } from './settings.js';
import { syncPeople } from './sync-people.js';

export const agentVersion = '0.1.0';

/** Longer than the platform holds a question, milliseconds. */
const pollMs = 40_000;
const pauses = { first: 500, longest: 15_000 };
/** A sealing key lives a day; the next one is made well before. */
const sealingKeyMs = 20 * 3_600_000;
const identityKeyMs = 182 * 86_400_000;
const syncEveryMs = 60_000;

export type Report = (event: string, details?: Readonly<Record<string, unknown>>) => void;

/** Asks the platform for work and does it, until it is told to stop. */
export class Agent {
  readonly #platform: Platform;
  readonly #journal: Journal;
  readonly #directory: Directory;
  #identity: Identity | undefined;
  #looking = new AbortController();

  constructor(
    private readonly settings: AgentSettings,
    private readonly report: Report,
  ) {
    this.#platform = new Platform(settings.apiUrl, () => this.#identity?.signer);
    this.#journal = new Journal(settings.dataDir);
    this.#directory = new Directory(settings.directory, () => this.#platform.now().getTime());
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#identity = (await Identity.load(this.settings.dataDir)) ?? (await this.#enrol());
    this.report('started', { agentId: this.#identity.agentId });
    await Promise.all([this.#work(signal), this.#keepInStep(signal)]);
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let pause = pauses.first; !signal.aborted;) {
      try {
        await this.#conclude();
        await this.#renewKeys();
        const command = await this.#poll(signal);
        pause = pauses.first;
        if (command) await this.#carryOut(command);
      } catch (error) {
        if (signal.aborted) return;
        this.report('trouble', { trouble: troubleOf(error) });
        await sleep(pause, undefined, { signal }).catch(() => undefined);
        pause = Math.min(pause * 2, pauses.longest);
      }
    }
  }

  /** Ends the question that waits, so that the next one is asked at once: time may have moved. */
  lookUp(): void {
    this.#looking.abort();
  }

  async #poll(signal: AbortSignal): Promise<Polled['command']> {
    const looking = (this.#looking = new AbortController());
    const leave = AbortSignal.any([signal, looking.signal]);
    try {
      const path = '/api/v1/agent/commands';
      return polledIn(await this.#platform.call('GET', path, undefined, { timeoutMs: pollMs, leave })).command;
    } catch (error) {
      if (looking.signal.aborted || error instanceof ClockMoved) return null;
      throw error;
    }
  }

  async #carryOut(command: NonNullable<ReturnType<typeof polledIn>['command']>): Promise<void> {
    const receipt = await carryOut(this.#hands(), command);
    this.report('written', { writebackId: command.writebackId, result: receipt?.result ?? 'unknown' });
    if (receipt) await this.#send(receipt);
  }

  /** What was begun before a crash, or could not be told: looked at, and told. Never written again. */
  async #conclude(): Promise<void> {
    for (const entry of await this.#journal.all()) {
      const receipt = entry.receipt ?? (await this.#lookAt(entry.command));
      if (receipt) await this.#send(receipt);
    }
  }

  /** Without its password nothing can be written: the deadline lies in the past, and the fence tells what was done. */
  async #lookAt(command: Parameters<typeof carryOut>[1] | Omit<Parameters<typeof carryOut>[1], 'sealed'>) {
    const { userId, epoch, writebackId, kind } = command;
    const wish = { userId, epoch, writebackId, unlock: true, deadline: 0, ...(kind === 'reset' && { password: 'x' }) };
    const result = await this.#directory.write(wish, () => Promise.resolve());
    const now = this.#platform.now();
    const receipt = { writebackId, writes: 0, fenced: true, doneAt: now.toISOString() };
    if (result.kind === 'done') return { ...receipt, result: 'succeeded', writes: 1 } as const;
    if (result.kind === 'unreachable' || result.kind === 'unknown' || result.kind === 'rejected-by-policy')
      return undefined;
    return { ...receipt, result: result.kind } satisfies Receipt;
  }

  async #send(receipt: Receipt): Promise<void> {
    try {
      await this.#platform.call('POST', '/api/v1/agent/receipts', receipt);
    } catch (error) {
      // The platform knows nothing of it and never will.
      if (!(error instanceof PlatformRefused) || error.status !== 409) throw error;
      this.report('receipt-refused', { writebackId: receipt.writebackId });
    }
    await this.#journal.forget(receipt.writebackId);
  }

  async #enrol(): Promise<Identity> {
    const { enrolmentCode, dataDir } = this.settings;
    if (!enrolmentCode) {
      throw new AgentSettingsRefused(
        'This agent has no identity yet. Create an agent in Keyturn and set AGENT_ENROLMENT_CODE to its one-time code.',
      );
    }
    // Kept first: if the answer is lost, the same keys ask again with the same code.
    const draft = ((await readState(dataDir, 'enrolment.json')) ?? {
      identity: newIdentityKey(),
      sealing: await newPair(new Date()),
    }) as { identity: ReturnType<typeof newIdentityKey>; sealing: Awaited<ReturnType<typeof newPair>> };
    await writeState(dataDir, 'enrolment.json', draft);
    const enrolled = enrolledIn(
      await this.#platform.call('POST', '/api/v1/agent/enrolment', {
        enrolmentCode,
        identityKey: draft.identity.publicKey,
        sealingKey: draft.sealing.publicKey,
        version: agentVersion,
      }),
    );
    return Identity.keep(dataDir, {
      ...enrolled,
      identityKey: draft.identity.pem,
      identitySince: new Date().toISOString(),
      sealing: [draft.sealing],
    });
  }

  async #renewKeys(): Promise<void> {
    const identity = this.#identity!;
    const now = this.#platform.now();
    if (now.getTime() - identity.sealingSince.getTime() > sealingKeyMs) {
      const pair = await newPair(now);
      await identity.addSealingPair(pair);
      await this.#platform.call('POST', '/api/v1/agent/keys', { sealingKey: pair.publicKey });
      this.report('sealing-key-replaced');
    }
    if (now.getTime() - identity.identitySince.getTime() > identityKeyMs) {
      const next = newIdentityKey();
      createPrivateKey(next.pem);
      await this.#platform.call('POST', '/api/v1/agent/keys', { identityKey: next.publicKey });
      await identity.replaceIdentityKey(next.pem, now);
      this.report('identity-key-replaced');
    }
  }

  async #keepInStep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const counts = await syncPeople(this.settings, this.#directory, this.#platform);
        if (counts.people > 0) this.report('people', counts);
      } catch (error) {
        this.report('trouble', { trouble: troubleOf(error) });
      }
      await sleep(syncEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #hands(): Hands {
    return {
      identity: this.#identity!,
      journal: this.#journal,
      directory: this.#directory,
      now: () => this.#platform.now(),
    };
  }
}

const troubleOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);
