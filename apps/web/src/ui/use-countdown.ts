import { useEffect, useState } from 'react';
import { Problem } from '../api/problem.js';

/** Seconds until a moment of this machine's clock, counted down; 0 when there is none or it has passed. */
export function useSecondsUntil(until: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  const over = until === undefined || until <= now;
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [over, until]);
  return until === undefined ? 0 : Math.max(0, Math.ceil((until - now) / 1_000));
}

/** Seconds left of a refusal's `Retry-After`, counted from when it arrived. */
export function useCountdown(failure: unknown): number {
  const [until, setUntil] = useState<{ failure: unknown; at: number | undefined }>({
    failure: undefined,
    at: undefined,
  });
  if (until.failure !== failure) {
    const wait = failure instanceof Problem ? failure.retryAfter : undefined;
    setUntil({ failure, at: wait === undefined ? undefined : Date.now() + wait * 1_000 });
  }
  return useSecondsUntil(until.at);
}
