import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../api/client.js';
import type { RecoveryView } from '../api/contract.js';
import { asFailure, hasCode, type Failure, type Problem } from '../api/problem.js';
import { heldRecovery, hold, isOurs, letGo, type Held } from './held-recovery.js';
import { stepInHistory, stepOf, whenReturningTo, writeHistory, type Step } from './steps.js';

/** Where the person is. The server holds the recovery's state; the browser's history holds only which step is shown. */
export type Wizard =
  | { at: 'loading'; failure?: Failure }
  | { at: 'start'; step: 'identify' | 'reason'; lost?: boolean }
  | { at: 'refused'; problem: Problem }
  | { at: 'recovery'; held: Held; view: RecoveryView; step: Step };

export interface WizardActions {
  toReason(): void;
  backToIdentify(): void;
  started(held: Held, view: RecoveryView): void;
  refused(problem: Problem): void;
  showView(view: RecoveryView): void;
  chooseMethod(): void;
  toCode(): void;
  startAgain(): void;
  lost(): void;
  retry(): void;
}

export function useWizard(onWantsToStop: () => void): [Wizard, WizardActions] {
  const [wizard, setWizard] = useState<Wizard>(() => (heldRecovery() ? { at: 'loading' } : FIRST));
  const now = useRef(wizard);
  const go = useCallback((next: Wizard, how: 'push' | 'replace' | 'keep' = 'keep') => {
    now.current = next;
    setWizard(next);
    const step = shownStep(next);
    if (how !== 'keep' && step) writeHistory(step, how);
  }, []);

  const resume = useCallback(async () => {
    const held = heldRecovery();
    if (!held || !(await isOurs(held.recoveryId))) {
      letGo();
      return go(FIRST, 'replace');
    }
    go({ at: 'loading' });
    try {
      const view = await api.recovery(held);
      const [asked, wanted] = [stepOf(view), stepInHistory()];
      if (DROPPED_WHEN_CLOSED.has(view.status)) letGo();
      go({ at: 'recovery', held, view, step: wanted === 'method' && asked === 'code' ? wanted : asked }, 'replace');
    } catch (error) {
      if (!hasCode(error, 'recovery-token-invalid')) return go({ at: 'loading', failure: asFailure(error) });
      letGo();
      go({ ...FIRST, lost: true }, 'replace');
    }
  }, [go]);

  useEffect(() => {
    if (now.current.at === 'loading') void resume();
    else writeHistory('identify', 'replace');
  }, [resume]);

  const actions = useRef<WizardActions>({
    toReason: () => go({ at: 'start', step: 'reason' }, 'push'),
    backToIdentify: () => go(FIRST, 'replace'),
    started: (held, view) => {
      hold(held);
      void isOurs(held.recoveryId);
      go({ at: 'recovery', held, view, step: stepOf(view) }, 'replace');
    },
    refused: (problem) => {
      letGo();
      go({ at: 'refused', problem }, 'replace');
    },
    showView: (view) => {
      const before = now.current;
      if (before.at !== 'recovery') return;
      const [asked, askedBefore] = [stepOf(view), stepOf(before.view)];
      if (DROPPED_WHEN_CLOSED.has(view.status)) letGo();
      if (asked === askedBefore) go({ ...before, view });
      else go({ ...before, view, step: asked }, asked === 'code' ? 'push' : 'replace');
    },
    chooseMethod: () => now.current.at === 'recovery' && go({ ...now.current, step: 'method' }, 'replace'),
    toCode: () => {
      const before = now.current;
      if (before.at !== 'recovery' || before.step === 'code') return;
      go({ ...before, step: stepOf(before.view) }, 'push');
    },
    startAgain: () => {
      letGo();
      go(FIRST, 'replace');
    },
    lost: () => {
      letGo();
      go({ ...FIRST, lost: true }, 'replace');
    },
    retry: () => void resume(),
  }).current;

  useEffect(() => {
    const returned = () => {
      const [state, wanted] = [now.current, stepInHistory()];
      if (state.at === 'start') {
        go({ at: 'start', step: wanted === 'reason' ? 'reason' : 'identify' });
      } else if (state.at === 'refused') {
        go(FIRST, 'replace');
      } else if (state.at === 'recovery') {
        const asked = stepOf(state.view);
        const what = whenReturningTo(wanted, asked);
        if (what === 'show') go({ ...state, step: wanted ?? asked });
        else if (what === 'stay') go({ ...state, step: asked }, 'replace');
        else if (asked === 'closed') actions.startAgain();
        else {
          go({ ...state, step: asked }, 'push');
          onWantsToStop();
        }
      }
    };
    window.addEventListener('popstate', returned);
    return () => window.removeEventListener('popstate', returned);
  }, [go, actions, onWantsToStop]);

  return [wizard, actions];
}

function shownStep(wizard: Wizard): Step | undefined {
  if (wizard.at === 'loading') return undefined;
  return wizard.at === 'refused' ? 'closed' : wizard.step;
}

const FIRST = { at: 'start', step: 'identify' } as const;
/** the others keep the token: for the support code after a reload, and for "did it work?" */
const DROPPED_WHEN_CLOSED = new Set<RecoveryView['status']>(['cancelled', 'abandoned']);
