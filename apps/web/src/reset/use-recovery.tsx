import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { api } from '../api/client.js';
import { isClosed, type RecoveryView } from '../api/contract.js';
import { followRecovery } from '../api/event-stream.js';
import { hasCode, type Problem } from '../api/problem.js';
import { useAction, type Action } from '../api/use-action.js';
import type { Held } from './held-recovery.js';
import { isStale } from './is-stale.js';

export interface OpenRecovery {
  held: Held;
  view: RecoveryView;
  /** takes over a view that the server answered or streamed, unless a later one is shown already */
  accept(view: RecoveryView): void;
  refresh(): Promise<void>;
  /** the token no longer opens the recovery */
  lost(): void;
  /** turned away after a gate: the true reason is the helpdesk's to tell */
  refused(problem: Problem): void;
  /** the last refusal for too many failures, which says until when */
  blocked: Problem | undefined;
  noteBlocked(problem: Problem): void;
  /** a moment of the server's clock as one of this machine's, in ms */
  toLocal(at: string): number;
}

const Recovery = createContext<OpenRecovery | undefined>(undefined);

interface Props {
  held: Held;
  view: RecoveryView;
  onView: (view: RecoveryView) => void;
  onLost: () => void;
  onRefused: (problem: Problem) => void;
  children: ReactNode;
}

/** Gives the steps the recovery they act on, and keeps it current while it is open. */
export function RecoveryProvider({ held, view, onView, onLost, onRefused, children }: Props) {
  const shown = useRef(view);
  const [blocked, noteBlocked] = useState<Problem>();
  const handlers = useRef({ onView, onLost, onRefused });
  useEffect(() => {
    shown.current = view;
    handlers.current = { onView, onLost, onRefused };
  });

  const accept = useCallback((next: RecoveryView) => {
    if (isStale(next, shown.current)) return;
    shown.current = next;
    handlers.current.onView(next);
  }, []);
  const lost = useCallback(() => handlers.current.onLost(), []);
  const refused = useCallback((problem: Problem) => handlers.current.onRefused(problem), []);
  const refresh = useCallback(async () => {
    try {
      accept(await api.recovery(held));
    } catch (error) {
      if (hasCode(error, 'recovery-token-invalid')) lost();
      else throw error;
    }
  }, [held, accept, lost]);

  const closed = isClosed(view.status);
  useEffect(() => {
    if (closed) return;
    const controller = new AbortController();
    void followRecovery(held, accept, controller.signal);
    return () => controller.abort();
  }, [held, accept, closed]);

  usePolling(awaitsNews(view), refresh);
  const offset = useServerOffset(view);
  const toLocal = useCallback((at: string) => Date.parse(at) - offset, [offset]);
  useRefreshWhenDue(closed ? undefined : toLocal(view.expiresAt), refresh);

  const recovery = useMemo(
    () => ({ held, view, accept, refresh, lost, refused, blocked, noteBlocked, toLocal }),
    [held, view, accept, refresh, lost, refused, blocked, toLocal],
  );
  return <Recovery value={recovery}>{children}</Recovery>;
}

export function useRecovery(): OpenRecovery {
  const recovery = useContext(Recovery);
  if (!recovery) throw new Error('outside of RecoveryProvider');
  return recovery;
}

/** An action on the recovery; a refusal that says "things have moved on" brings the page up to date. */
export function useRecoveryAction<Input, Result>(
  act: (input: Input, key: string) => Promise<Result>,
): Action<Input, Result> {
  const { refresh, lost, refused, noteBlocked } = useRecovery();
  return useAction(async (input: Input, key: string) => {
    try {
      return await act(input, key);
    } catch (error) {
      if (hasCode(error, 'blocked')) noteBlocked(error);
      if (hasCode(error, 'recovery-token-invalid')) lost();
      else if (hasCode(error, 'contact-administrator')) refused(error);
      else if (hasCode(error, ...MOVED_ON)) await refresh().catch(() => {});
      throw error;
    }
  });
}

const MOVED_ON = [
  'recovery-closed',
  'password-submitted',
  'challenge-not-current',
  'challenge-expired',
  'blocked',
  'gates-not-passed',
  'method-not-available',
  'superseded',
] as const;

/** Whether something happens elsewhere that the person is waiting for. */
function awaitsNews({ status, challenge }: RecoveryView): boolean {
  if (status === 'challenged') return challenge?.state === 'sending' || challenge?.state === 'delayed';
  return status === 'writing-back' || status === 'unlocking';
}

/** Beside the live stream, for networks that hold streams back. */
function usePolling(wanted: boolean, refresh: () => Promise<void>): void {
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(() => void refresh().catch(() => {}), POLL_MS);
    return () => clearInterval(timer);
  }, [wanted, refresh]);
}

const POLL_MS = 5_000;

/** How far the server's clock is ahead of this machine's, in ms, as of the last view that told the time. */
function useServerOffset(view: RecoveryView): number {
  const [offset, setOffset] = useState(0);
  useEffect(() => {
    if (view.now !== undefined) setOffset(Date.parse(view.now) - Date.now());
  }, [view]);
  return offset;
}

function useRefreshWhenDue(due: number | undefined, refresh: () => Promise<void>): void {
  useEffect(() => {
    if (due === undefined) return;
    const timer = setTimeout(() => void refresh().catch(() => {}), Math.max(1_000, due - Date.now() + 1_000));
    return () => clearTimeout(timer);
  }, [due, refresh]);
}
