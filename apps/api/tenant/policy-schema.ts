import type { Check } from '#libs/domain/tenant/checks';
import { isCheck, policyShape } from '#libs/domain/tenant/policy-shape';

/** JSON Schema of a policy's patch, made of what the policy itself is checked by. */
export const policySchema = schemaOf(policyShape as unknown as Shapes);

interface Shapes {
  readonly [name: string]: Check | Shapes;
}

function schemaOf(shape: Shapes): Record<string, unknown> & { type: 'object' } {
  const properties = Object.entries(shape).map(([name, part]) => {
    const own = isCheck(part) ? part.schema : schemaOf(part);
    return [name, 'type' in own || 'enum' in own ? { ...own, nullable: true } : own];
  });
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}
