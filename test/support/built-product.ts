import globalSetup from './global-setup';

/** For suites that run the built product: built once, before the first of them. */
export default async function buildProduct(): Promise<void> {
  const { build } = (await import('../../scripts/build.mjs' as string)) as { build: () => void };
  // First: what does not compile leaves nothing running behind.
  build();
  await globalSetup();
}
