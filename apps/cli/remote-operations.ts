import type { CaseFile } from '#libs/commands/operations/case-file';
import type { RevealedCase } from '#libs/commands/operations/revealed-case';
import type { ReplayRequest } from '#libs/commands/operations/replay';
import type { RebuildProgress, RebuildResult } from '#libs/readmodels/rebuild';
import { OperatorError, type Operations, type Reader } from './operations.js';
import { refusal } from './refusals.js';

/** Asks a running Keyturn. */
export class RemoteOperations implements Operations {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** Whether anybody answers there. */
  async alive(): Promise<boolean> {
    return fetch(new URL('/health/live', this.url)).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  async caseFile(code: string): Promise<CaseFile | undefined> {
    const response = await this.#ask(`cases/${encodeURIComponent(code)}`);
    if (response.status !== 404) return (await accepted(response).json()) as CaseFile;
    // No such case, or no such operator: what is always there tells.
    await accepted(await this.#ask('erasures')).body?.cancel();
    return undefined;
  }

  /** As the portal would: signs in, reads, signs out. */
  async reveal(code: string, { reason, ...wish }: Reader): Promise<RevealedCase | undefined> {
    const signedIn = await granted(await this.#as(undefined, 'POST', 'sessions', wish));
    const { token } = (await signedIn.json()) as { token: string };
    try {
      const path = `audit/cases/${encodeURIComponent(code)}/reveal`;
      const response = await this.#as(token, 'POST', path, { reason });
      return response.status === 404 ? undefined : ((await (await granted(response)).json()) as RevealedCase);
    } finally {
      await this.#as(token, 'DELETE', 'sessions/current');
    }
  }

  async replay(
    request: ReplayRequest,
    onProgress: (progress: RebuildProgress) => void,
  ): Promise<readonly RebuildResult[]> {
    const body = JSON.stringify(request);
    const headers = { 'content-type': 'application/json' };
    const response = accepted(await this.#ask('replays', { method: 'POST', headers, body }));
    for await (const { event, data } of serverSentEvents(response)) {
      if (event === 'progress') onProgress(data as RebuildProgress);
      if (event === 'results') return data as RebuildResult[];
      if (event === 'problem') throw new OperatorError((data as { message: string }).message);
    }
    throw new OperatorError('Keyturn stopped before the replay was done. Run it again: it goes on where it was.');
  }

  async *backup(): AsyncGenerator<string> {
    yield* textOf(accepted(await this.#ask('backup')));
  }

  async *erasures(): AsyncGenerator<string> {
    yield* textOf(accepted(await this.#ask('erasures')));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #ask(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.token}` };
    return this.#fetch(`operations/${path}`, { ...init, headers });
  }

  /** For a person, not for the operator. */
  #as(token: string | undefined, method: 'POST' | 'DELETE', path: string, body?: object): Promise<Response> {
    const headers = {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    return this.#fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    return fetch(new URL(`/api/v1/${path}`, this.url), init).catch((error: Error) => {
      throw new OperatorError(`Keyturn does not answer at ${this.url} (${String(error.cause ?? error)}).`);
    });
  }
}

function accepted(response: Response): Response {
  if (response.ok) return response;
  if (response.status === 404) {
    throw new OperatorError('Keyturn did not accept the operator token, or serves no operators: check both sides.');
  }
  throw new OperatorError(`Keyturn answered ${response.status}.`);
}

async function granted(response: Response): Promise<Response> {
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { code?: string };
  throw refusal(problem.code, problem);
}

async function* textOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body!) yield decoder.decode(chunk as Uint8Array, { stream: true });
  } catch (error) {
    throw new OperatorError(
      `Keyturn broke off in the middle of its answer (${String((error as Error).cause ?? error)}).`,
    );
  }
}

async function* serverSentEvents(response: Response): AsyncGenerator<{ event: string; data: unknown }> {
  let rest = '';
  for await (const text of textOf(response)) {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const [, event, data] = /^event: ([^\n]*)\ndata: ([^\n]*)$/.exec(block) ?? [];
      if (event && data) yield { event, data: JSON.parse(data) as unknown };
    }
  }
}
