import { useEffect, useState } from 'react';
import { Problem } from '../api/problem.js';
import { policyApi } from './policy-api.js';
import type { Preview } from './policy.js';

export type Foreseen = { at: 'none' | 'asking' | 'refused' | 'unknown' } | { at: 'known'; preview: Preview };

/** What the edited settings would mean, asked once the person pauses; never two answers out of order. */
export function usePreview(patch: object, version: number | undefined): Foreseen {
  const [foreseen, setForeseen] = useState<Foreseen>({ at: 'none' });
  const wanted = JSON.stringify(patch);
  useEffect(() => {
    if (version === undefined || wanted === '{}') {
      setForeseen({ at: 'none' });
      return;
    }
    setForeseen({ at: 'asking' });
    const stopped = new AbortController();
    const asking = setTimeout(() => {
      policyApi.preview(JSON.parse(wanted) as object, stopped.signal).then(
        (preview) => !stopped.signal.aborted && setForeseen({ at: 'known', preview }),
        (error: unknown) => {
          if (stopped.signal.aborted) return;
          setForeseen({ at: error instanceof Problem && error.status < 500 ? 'refused' : 'unknown' });
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(asking);
      stopped.abort();
    };
  }, [wanted, version]);
  return foreseen;
}

const PAUSE_MS = 400;
