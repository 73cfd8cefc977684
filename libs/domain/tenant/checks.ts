/** What one field of a policy may hold. */
export interface Check {
  /** The same in JSON Schema, for the description of the interface. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Whether it is of the kind that is stored there at all. */
  isOf(this: void, value: unknown): boolean;
  /** @returns what a value of the right kind must be and is not */
  objection(this: void, value: never): string | undefined;
}

export const flag: Check = {
  schema: { type: 'boolean' },
  isOf: (value) => typeof value === 'boolean',
  objection: () => undefined,
};

export const whole = (least: number, most: number): Check => ({
  schema: { type: 'integer', minimum: least, maximum: most },
  isOf: (value) => typeof value === 'number',
  objection: (value: number) =>
    Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`,
});

export const oneOf = (...values: readonly (string | number)[]): Check => ({
  schema: { enum: values },
  isOf: (value) => values.includes(value as string),
  objection: () => undefined,
});

interface TextRules {
  readonly least: number;
  /** in code points */
  readonly most: number;
  /** @returns what the text must be and is not */
  readonly refuse?: (text: string) => string | undefined;
}

export const text = ({ least, most, refuse }: TextRules): Check => ({
  schema: { type: 'string', minLength: least, maxLength: most },
  isOf: (value) => typeof value === 'string',
  objection(value: string) {
    const length = [...value].length;
    if (length < least || length > most) return `must have ${least} to ${most} characters`;
    // Control characters and halves of surrogate pairs are nobody's text.
    if (/[\p{Cc}\p{Cs}]/u.test(value)) return 'must not hold control characters';
    return refuse?.(value);
  },
});

/** A list without repetitions. */
export const listOf = (item: Check, most: number): Check => ({
  schema: { type: 'array', items: item.schema, maxItems: most, uniqueItems: true },
  isOf: (value) => Array.isArray(value) && value.every(item.isOf),
  objection(value: readonly never[]) {
    if (value.length > most) return `must have at most ${most} entries`;
    if (new Set(value).size < value.length) return 'must not name anything twice';
    for (const [n, entry] of value.entries()) {
      const objection = item.objection(entry);
      if (objection) return `entry ${n + 1} ${objection}`;
    }
    return undefined;
  },
});

export const orNull = (check: Check): Check => ({
  schema: { anyOf: [check.schema, { type: 'null' }] },
  isOf: (value) => value === null || check.isOf(value),
  objection: (value: unknown) => (value === null ? undefined : check.objection(value as never)),
});
