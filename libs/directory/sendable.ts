/**
 * Directories take these and then nobody can sign in with them: NUL and other control characters, and halves of surrogate
 * pairs.
 */
export const sendable = (password: string): boolean => password !== '' && !/[\p{Cc}\p{Cs}]/u.test(password);
