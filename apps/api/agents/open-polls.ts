import { RuleViolation } from '#libs/domain/decider';

/**
 * One open question per agent in this process, the newest: an older one may hang on a connection that is gone, and many
 * would keep memory and connections for nothing.
 */
export class OpenPolls {
  readonly #open = new Map<string, AbortController>();

  /**
   * @param work ends when its signal does, with nothing; what it found it may still bring
   * @throws RuleViolation poll-replaced when this agent asked again meanwhile
   */
  async hold<T>(agentId: string, work: (replaced: AbortSignal) => Promise<T | undefined>): Promise<T | undefined> {
    const mine = new AbortController();
    this.#open.get(agentId)?.abort();
    this.#open.set(agentId, mine);
    try {
      const found = await work(mine.signal);
      if (found === undefined && mine.signal.aborted) throw new RuleViolation('poll-replaced');
      return found;
    } finally {
      if (this.#open.get(agentId) === mine) this.#open.delete(agentId);
    }
  }
}
