import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { Person, type Answer, type Any, type RequestOptions } from './journey';

/** A person whose every answer is held against what `/api/openapi.json` says of it. */
export class DescribedPerson extends Person {
  #contract: Promise<Contract> | undefined;

  override async request(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<Answer<Any>> {
    const answer = await super.request(method, path, body, options);
    this.#contract ??= super.request('GET', '/api/openapi.json').then(({ body: document }) => new Contract(document));
    if (!path.startsWith('/outside')) (await this.#contract).holds(method, path, answer);
    return answer;
  }
}

/** What OpenAPI says of the answers. Fields that it does not name are not expected either. */
class Contract {
  readonly #ajv = new Ajv({ strict: false, allErrors: true });
  readonly #components: Any;
  readonly #known = new Map<unknown, ValidateFunction>();
  readonly #paths: readonly (readonly [RegExp, Any])[];

  constructor(document: Any) {
    (addFormats as unknown as (ajv: Ajv) => void)(this.#ajv);
    const paths = Object.entries<Any>(document.paths).sort(([a], [b]) => a.split('{').length - b.split('{').length);
    this.#paths = paths.map(([path, operations]) => [new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`), operations]);
    this.#components = document.components;
  }

  /** @throws when the answer is not as it is described */
  holds(method: string, path: string, { status, headers, text, body }: Answer<Any>): void {
    const bare = path.split('?')[0]!;
    const operation = this.#paths.find(([pattern]) => pattern.test(bare))?.[1][method.toLowerCase()];
    if (!operation && status === 404) return;
    if (!operation) throw new Error(`OpenAPI does not know ${method} ${bare}`);
    // Where refusals are named, no others are taken.
    const named = Object.keys(operation.responses).some((one) => one.startsWith('4'));
    const described = operation.responses[status] ?? (named ? undefined : operation.responses.default);
    const said = `${method} ${bare} answered ${status} ${text.slice(0, 2_000)}`;
    if (!described) throw new Error(`${said}, of which OpenAPI knows nothing`);
    if (!described.content) return;
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    const content = described.content[type];
    if (!content) throw new Error(`${said} as ${type}, where OpenAPI has ${Object.keys(described.content).join()}`);
    if (!type.includes('json')) return;
    const validate =
      this.#known.get(content) ?? this.#ajv.compile({ ...closed(content.schema), components: this.#components });
    this.#known.set(content, validate);
    if (!validate(body)) throw new Error(`${said}: ${this.#ajv.errorsText(validate.errors)}`);
  }
}

/** The same schema, taking no fields that it does not name. */
function closed(schema: Any): Any {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const own = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return schema.type === 'object' && schema.properties ? { additionalProperties: false, ...own } : own;
}
