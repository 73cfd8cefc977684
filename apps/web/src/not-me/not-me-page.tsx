import { useCallback, useEffect, useState } from 'react';
import { api } from '../api/client.js';
import type { NotMe } from '../api/contract.js';
import { asFailure, Problem, type Failure } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { navigate } from '../routing.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Helpdesk } from '../ui/helpdesk.js';
import { AlertIcon, CheckIcon } from '../ui/icons.js';
import { Page } from '../ui/page.js';
import { StepHeading } from '../ui/step-heading.js';
import { forgetNotMeToken, notMeToken } from './token.js';

type Shown =
  | { at: 'loading'; failure?: Failure }
  | { at: 'asking'; what: NotMe }
  | { at: 'done'; what: NotMe }
  | { at: 'invalid' };

/** The mailed "this was not me": opening it shows, only the button acts, so a mail scanner changes nothing. */
export function NotMePage() {
  const [shown, setShown] = useState<Shown>({ at: 'loading' });
  const token = notMeToken();
  const load = useCallback(() => {
    if (token === undefined) return setShown({ at: 'invalid' });
    setShown({ at: 'loading' });
    api.notMe(token).then(
      (what) => setShown(what?.usedAt === undefined ? { at: 'asking', what: what ?? {} } : { at: 'done', what }),
      (error) => setShown(isFinal(error) ? { at: 'invalid' } : { at: 'loading', failure: asFailure(error) }),
    );
  }, [token]);
  // The token is taken once: acting on it forgets it, which must not load again.
  useEffect(load, []);

  return (
    <Page>
      {shown.at === 'loading' && <Loading failure={shown.failure} onRetry={load} />}
      {shown.at === 'asking' && token !== undefined && <Asking what={shown.what} token={token} onShown={setShown} />}
      {shown.at === 'done' && <Done what={shown.what} />}
      {shown.at === 'invalid' && <Invalid />}
    </Page>
  );
}

function Loading({ failure, onRetry }: { failure: Failure | undefined; onRetry: () => void }) {
  const { t } = useLanguage();
  return (
    <div className="flow">
      <StepHeading title={t.working} />
      <FailureNotice failure={failure} />
      {failure ? (
        <div className="actions">
          <Button look="primary" onClick={onRetry}>
            {t.retry}
          </Button>
        </div>
      ) : (
        <span className="spinner large" aria-hidden="true" />
      )}
    </div>
  );
}

function Asking({ what, token, onShown }: { what: NotMe; token: string; onShown: (shown: Shown) => void }) {
  const { t, formats } = useLanguage();
  const report = useAction((_: void, key: string) =>
    api.reportNotMe(token, key).then(
      (done) => done ?? {},
      (error) => {
        if (isFinal(error)) onShown({ at: 'invalid' });
        throw error;
      },
    ),
  );
  async function submit() {
    const done = await report.run();
    if (!done) return;
    forgetNotMeToken();
    onShown({ at: 'done', what: done });
  }
  return (
    <div className="flow">
      <StepHeading eyebrow={what.organisation} title={t.notMe.title} />
      <p className="lead">
        {bodyOf(what.what, t.notMe.body)} {t.notMe.ignore}
      </p>
      {(what.account !== undefined || what.at !== undefined) && (
        <ul className="facts">
          {what.account !== undefined && <li>{t.notMe.account(what.account)}</li>}
          {what.at !== undefined && <li>{t.notMe.when(formats.moment(what.at))}</li>}
        </ul>
      )}
      <p>{t.notMe.consequences}</p>
      <ul className="consequences">
        {t.notMe.consequence.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <FailureNotice failure={report.failure} />
      <div className="actions">
        <Button look="primary" busy={report.busy} onClick={() => void submit()}>
          {t.notMe.submit}
        </Button>
      </div>
    </div>
  );
}

function Done({ what }: { what: NotMe }) {
  const { t } = useLanguage();
  return (
    <div className="flow ending">
      <span className="ending-mark good">
        <CheckIcon />
      </span>
      <StepHeading title={t.notMe.doneTitle} />
      <p className="lead">{t.notMe.done}</p>
      {what.caseNumber !== undefined && <p>{t.notMe.caseNumber(what.caseNumber)}</p>}
      <div className="actions">
        <Button look="primary" onClick={() => navigate('/reset')}>
          {t.notMe.reset}
        </Button>
      </div>
      <Helpdesk />
    </div>
  );
}

function Invalid() {
  const { t } = useLanguage();
  return (
    <div className="flow ending">
      <span className="ending-mark warn">
        <AlertIcon />
      </span>
      <StepHeading title={t.notMe.invalidTitle} />
      <p className="lead">{t.notMe.invalid}</p>
      <Helpdesk />
    </div>
  );
}

/** A notice that this page does not know by name is about some change all the same. */
const bodyOf = <Bodies extends { other: string }>(what: string | undefined, bodies: Bodies): string =>
  (bodies as Record<string, string>)[what ?? 'other'] ?? bodies.other;

function isFinal(error: unknown): boolean {
  return error instanceof Problem && error.status < 500 && error.status !== 429;
}
