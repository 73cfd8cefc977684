import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { momentOf } from '../messages/moments.js';
import { Link } from '../routing.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Helpdesk } from '../ui/helpdesk.js';
import { activityApi } from './activity-api.js';
import type { Activity, What } from './activity.js';
import { gotIn, titleOf } from './activity-entry.js';
import { useActivityMessages } from './messages.js';

interface Props {
  open: boolean;
  /** what was not them */
  entry: Activity | undefined;
  onClose: () => void;
  onSecured: () => void;
}

/** What to do about something that was somebody else, in the order in which it helps. */
export function NotMeHelp({ open, entry, onClose, onSecured }: Props) {
  const { language, t: texts } = useLanguage();
  const words = useActivityMessages();
  const t = words.notMe;
  const end = useAction((_: undefined, key: string) => activityApi.endOthers(_, key).then(() => true));

  async function signOut() {
    if (!(await end.run(undefined))) return;
    onClose();
    onSecured();
  }

  return (
    <ConfirmDialog
      open={open}
      title={t.title}
      confirm={t.signOut}
      dismiss={t.close}
      busy={end.busy}
      onConfirm={() => void signOut()}
      onDismiss={onClose}
    >
      {entry && (
        <div className="not-me-help">
          <p className="facts">
            {titleOf(entry, words)}
            <br />
            {momentOf(entry.at, language)}
          </p>
          <p>{gotIn(entry) ? t.got : t.tried}</p>
          <ol>
            {stepsFor(entry).map((step) => (
              <li key={step}>{t.steps[step]}</li>
            ))}
          </ol>
          <FailureNotice failure={end.failure} />
          {gotIn(entry) && (
            <p className="aside">
              <Link to="/security-info">{texts.signIn.security}</Link>
            </p>
          )}
          <Helpdesk />
        </div>
      )}
    </ConfirmDialog>
  );
}

type Step = keyof ReturnType<typeof useActivityMessages>['notMe']['steps'];

function stepsFor(entry: Activity): Step[] {
  if (!gotIn(entry)) return ['password', 'signOut', 'helpdesk'];
  return ['signOut', 'change', ...(wasMailed(entry) ? (['mailed'] as const) : []), 'methods', 'helpdesk'];
}

const wasMailed = ({ what, outcome }: Activity): boolean => mailed.has(what) || outcome?.reason === 'reset';

/** A notice of these goes to every address of the account, with a link that voids what was done. */
const mailed: ReadonlySet<What> = new Set<What>(['password-reset', 'password-changed', 'method-registered']);
