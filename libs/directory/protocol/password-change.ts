/** Both passwords of a change, as they are sealed together. */
export const passwordChange = (oldPassword: string, password: string): string =>
  JSON.stringify([oldPassword, password]);

/** @returns undefined when it is no change */
export function passwordChangeIn(opened: string): { oldPassword: string; password: string } | undefined {
  try {
    const both: unknown = JSON.parse(opened);
    if (!Array.isArray(both) || both.length !== 2) return undefined;
    const [oldPassword, password] = both as readonly unknown[];
    return typeof oldPassword === 'string' && typeof password === 'string' ? { oldPassword, password } : undefined;
  } catch {
    return undefined;
  }
}
