/** How a statement's parameters are numbered and typed when its length depends on what is passed. */
export const tuples = (rows: number, types: readonly string[], first: number): string =>
  Array.from({ length: rows }, (_, row) => {
    const parameters = types.map((type, column) => `$${first + row * types.length + column}::${type}`);
    return `(${parameters.join(', ')})`;
  }).join(', ');

/**
 * A name makes PostgreSQL keep the plan, which costs more than running it. It keeps a plan for lists of fixed length
 * only: for an array of unknown length it believes a plan made anew each time to be cheaper. So each length is a
 * statement of its own, and only short ones, which come again, are kept.
 */
export const kept = (name: string, length: number): { name?: string } =>
  length <= 8 ? { name: `${name}-${length}` } : {};

/** Values in one statement: PostgreSQL takes 65 535 parameters, and a value with its owner needs eight. */
export const mostAtOnce = 5_000;
