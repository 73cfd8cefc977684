import type { OpenAPIObject } from '@nestjs/swagger';

/** JSON Schema as OpenAPI 3.0 knows it. */
export type Schema = Exclude<
  NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string],
  { $ref: string }
>;

interface Optional {
  readonly optional: Schema;
}

/** One schema for each field of `T`: one that is forgotten, made up, or wrongly optional does not compile. */
type Fields<T> = { readonly [K in keyof T]-?: object extends Pick<T, K> ? Optional : Schema };

export const optional = (schema: Schema): Optional => ({ optional: schema });

export function objectOf<T extends object>(fields: Fields<T>): Schema {
  const entries = Object.entries<Schema | Optional>(fields);
  const properties = entries.map(([name, field]) => [name, 'optional' in field ? field.optional : field] as const);
  const required = entries.flatMap(([name, field]) => ('optional' in field ? [] : [name]));
  return { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
}

export const text: Schema = { type: 'string' };
export const flag: Schema = { type: 'boolean' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const id: Schema = { type: 'string', format: 'uuid' };
/** ISO 8601, UTC */
export const instant: Schema = { type: 'string', format: 'date-time' };
export const bytes: Schema = { type: 'string', format: 'binary' };
export const oneOf = (values: readonly string[]): Schema => ({ type: 'string', enum: [...values] });
export const listOf = (items: Schema): Schema => ({ type: 'array', items });
export const orNull = (schema: Schema): Schema => ({ ...schema, nullable: true });
