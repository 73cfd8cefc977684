import { useCallback, useEffect, useRef, useState } from 'react';
import { asFailure, Problem, Unreachable, type Failure } from './problem.js';
import { newKey } from './transport.js';

export interface Action<Input, Result> {
  busy: boolean;
  failure: Failure | undefined;
  /** resolves to undefined when it failed; the failure is then in `failure` */
  run(input: Input): Promise<Result | undefined>;
  clear(): void;
}

/**
 * One wish of the person: running, failed or at rest, never twice at a time. Its idempotency key lives as long as the
 * outcome of the same input is unknown, so "try again" after a lost answer is the same wish, and anything else is new.
 */
export function useAction<Input, Result>(act: (input: Input, key: string) => Promise<Result>): Action<Input, Result> {
  const [state, setState] = useState<{ busy: boolean; failure?: Failure }>({ busy: false });
  const unknown = useRef<{ input: string; key: string }>(undefined);
  const running = useRef(false);
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });

  const run = useCallback(async (input: Input) => {
    if (running.current) return undefined;
    running.current = true;
    setState({ busy: true });
    const fingerprint = JSON.stringify(input ?? null);
    const key = unknown.current?.input === fingerprint ? unknown.current.key : newKey();
    try {
      const result = await latest.current(input, key);
      unknown.current = undefined;
      setState({ busy: false });
      return result;
    } catch (error) {
      const failure = asFailure(error);
      unknown.current = outcomeUnknown(failure) ? { input: fingerprint, key } : undefined;
      setState({ busy: false, failure });
      return undefined;
    } finally {
      running.current = false;
    }
  }, []);

  const clear = useCallback(() => setState((now) => (now.failure ? { busy: now.busy } : now)), []);
  return { busy: state.busy, failure: state.failure, run, clear };
}

function outcomeUnknown(failure: Failure): boolean {
  return failure instanceof Unreachable || (failure instanceof Problem && failure.status >= 500);
}
