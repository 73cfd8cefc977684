/** What was started, ended in the opposite order; one that fails to end does not keep the others from it. */
export class Closing {
  readonly #steps: { name: string; close: () => unknown }[] = [];

  add(name: string, close: () => unknown): void {
    this.#steps.unshift({ name, close });
  }

  async run(onError: (name: string, error: unknown) => void): Promise<void> {
    for (const { name, close } of this.#steps.splice(0)) {
      try {
        await close();
      } catch (error) {
        onError(name, error);
      }
    }
  }
}
