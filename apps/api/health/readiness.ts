/** What has to answer before people are let in; each part answers, or throws what is wrong. */
export class Readiness {
  constructor(private readonly parts: Readonly<Record<string, () => Promise<unknown>>>) {}

  async check(): Promise<Record<string, 'ready' | 'not-ready'>> {
    const states = await Promise.all(
      Object.entries(this.parts).map(async ([name, probe]) => {
        const ready = await Promise.race([
          probe().then(
            () => true,
            () => false,
          ),
          timeout(),
        ]);
        return [name, ready ? 'ready' : 'not-ready'] as const;
      }),
    );
    return Object.fromEntries(states);
  }
}

const timeout = (): Promise<boolean> => new Promise((answer) => setTimeout(() => answer(false), 2_000).unref());
