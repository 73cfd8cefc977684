import { useCallback, useEffect, useRef, useState } from 'react';
import { asFailure, Problem, type Failure } from '../api/problem.js';
import { agentsApi } from './agents-api.js';
import type { AgentList } from './agents.js';

/** Milliseconds between two looks while the page is seen. */
const EVERY_MS = 4_000;

export interface Watched {
  list: AgentList | undefined;
  /** the server's time now, as far as it is known */
  now: number;
  /** of the last look; what was seen before stays */
  failure: Failure | undefined;
  refresh: () => void;
}

/** The agents as they are, looked at again and again while the page is seen; never two answers out of order. */
export function useAgents(): Watched {
  const [seen, setSeen] = useState<{ list: AgentList; at: number }>();
  const [failure, setFailure] = useState<Failure>();
  const [, tick] = useState(0);
  const look = useRef<() => void>(() => undefined);

  useEffect(() => {
    const stopped = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    let looking = false;
    let again = false;
    const run = async (): Promise<void> => {
      clearTimeout(timer);
      if (looking) {
        again = true;
        return;
      }
      looking = true;
      let refused = false;
      try {
        const list = await agentsApi.list(stopped.signal);
        if (stopped.signal.aborted) return;
        setSeen({ list, at: performance.now() });
        setFailure(undefined);
      } catch (error) {
        if (stopped.signal.aborted) return;
        const failed = asFailure(error);
        setFailure(failed);
        // Signed out, or another role: asking on is of no use.
        refused = failed instanceof Problem && (failed.status === 401 || failed.status === 403);
      } finally {
        looking = false;
      }
      if (again) {
        again = false;
        return run();
      }
      if (!refused && !document.hidden) timer = setTimeout(() => void run(), EVERY_MS);
    };
    const whenSeen = () => {
      if (!document.hidden) void run();
    };
    look.current = () => void run();
    document.addEventListener('visibilitychange', whenSeen);
    void run();
    return () => {
      stopped.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', whenSeen);
    };
  }, []);

  // Ages go on while an answer is awaited, or does not come.
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1_000);
    return () => clearInterval(timer);
  }, []);

  const refresh = useCallback(() => look.current(), []);
  const now = seen ? Date.parse(seen.list.now) + performance.now() - seen.at : Date.now();
  return { list: seen?.list, now, failure, refresh };
}
