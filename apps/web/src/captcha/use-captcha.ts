import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../api/client.js';
import type { Captcha } from '../api/contract.js';
import { asFailure, type Failure } from '../api/problem.js';
import { newKey } from '../api/transport.js';
import { domainOf } from '../branding/branding.js';
import { solve } from './proof-of-work.js';

export interface Drawn extends Captcha {
  /** the worked-out answer, for proof of work */
  proof?: Promise<string>;
}

export interface CaptchaHandle {
  drawn: Drawn | undefined;
  loading: boolean;
  failure: Failure | undefined;
  /** the captcha for this name's domain: the one at hand when it still fits, else a new one */
  drawFor(username: string): Promise<Drawn | undefined>;
  /** another one, because the old is spent, expired or illegible */
  renew(username: string): Promise<Drawn | undefined>;
  /** it is spent, and nobody needs another now */
  discard(): void;
}

/** The mode depends on the typed name's domain, so nothing is drawn before a domain is typed. */
export function useCaptcha(): CaptchaHandle {
  const [state, setState] = useState<{ drawn?: Drawn; loading: boolean; failure?: Failure }>({ loading: false });
  const current = useRef<{ domain: string | undefined; drawing: Promise<Drawn | undefined>; drawn?: Drawn }>(undefined);
  const work = useRef<AbortController>(undefined);

  const renew = useCallback((username: string) => {
    work.current?.abort();
    const controller = (work.current = new AbortController());
    setState((before) => ({ ...(before.drawn && { drawn: before.drawn }), loading: true }));
    const drawing = api.drawCaptcha(username.trim(), newKey()).then(
      (captcha) => {
        if (controller.signal.aborted) return undefined;
        const drawn = withProof(captcha, controller.signal);
        if (current.current?.drawing === drawing) current.current.drawn = drawn;
        setState({ drawn, loading: false });
        return drawn;
      },
      (error) => {
        if (controller.signal.aborted) return undefined;
        current.current = undefined;
        setState({ loading: false, failure: asFailure(error) });
        return undefined;
      },
    );
    current.current = { domain: domainOf(username), drawing };
    return drawing;
  }, []);

  const drawFor = useCallback(
    (username: string) => {
      const held = current.current;
      const stale = held?.drawn && Date.parse(held.drawn.expiresAt) - Date.now() < 5_000;
      return held && !stale && held.domain === domainOf(username) ? held.drawing : renew(username);
    },
    [renew],
  );

  const discard = useCallback(() => {
    work.current?.abort();
    current.current = undefined;
    setState({ loading: false });
  }, []);

  useEffect(() => () => work.current?.abort(), []);
  return { drawn: state.drawn, loading: state.loading, failure: state.failure, drawFor, renew, discard };
}

function withProof(captcha: Captcha, signal: AbortSignal): Drawn {
  if (captcha.mode !== 'proof-of-work' || captcha.challenge === undefined) return captcha;
  const proof = solve(captcha.challenge, captcha.difficulty ?? 0, signal);
  proof.catch(() => {});
  return { ...captcha, proof };
}
