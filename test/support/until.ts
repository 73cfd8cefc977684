/** Waits for a condition, looking often. @throws after `ms` milliseconds, saying what never came true */
export async function until(what: string, condition: () => unknown, ms = 10_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`within ${ms} ms it never came true that ${what}`);
    await new Promise((resume) => setTimeout(resume, 10));
  }
}
