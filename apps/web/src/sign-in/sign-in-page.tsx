import { useState } from 'react';
import type { Session } from '../api/contract.js';
import { useMessages } from '../messages/language.js';
import { Page } from '../ui/page.js';
import { ChangePassword } from './change-password.js';
import { SignInForm } from './sign-in-form.js';
import { SignedIn } from './signed-in.js';

type Shown =
  | { at: 'form' }
  | { at: 'expired'; username: string; changeToken: string; currentPassword: string }
  | { at: 'signed-in'; username: string; session: Session }
  | { at: 'change'; username: string; session: Session };

/** Signing in, mostly to see that the new password works. The session lives in memory: leaving the page ends it here. */
export function SignInPage() {
  const t = useMessages();
  const [shown, setShown] = useState<Shown>({ at: 'form' });
  const [changed, setChanged] = useState(false);

  return (
    <Page>
      {shown.at === 'form' && (
        <SignInForm
          changed={changed}
          onSignedIn={(username, session) => {
            setChanged(false);
            setShown({ at: session.next === 'change-password' ? 'change' : 'signed-in', username, session });
          }}
          onExpired={(username, changeToken, currentPassword) =>
            setShown({ at: 'expired', username, changeToken, currentPassword })
          }
        />
      )}
      {shown.at === 'signed-in' && (
        <SignedIn
          username={shown.username}
          session={shown.session}
          changed={changed}
          onChange={() => setShown({ ...shown, at: 'change' })}
          onSignedOut={() => setShown({ at: 'form' })}
        />
      )}
      {shown.at === 'change' && (
        <ChangePassword
          username={shown.username}
          token={shown.session.token}
          why={shown.session.next === 'change-password' ? t.change.mustChange : undefined}
          onDone={() => {
            setChanged(true);
            setShown({ at: 'form' });
          }}
          onCancel={() =>
            setShown(shown.session.next === 'change-password' ? { at: 'form' } : { ...shown, at: 'signed-in' })
          }
        />
      )}
      {shown.at === 'expired' && (
        <ChangePassword
          username={shown.username}
          token={shown.changeToken}
          currentPassword={shown.currentPassword}
          why={t.change.expired}
          onDone={() => {
            setChanged(true);
            setShown({ at: 'form' });
          }}
          onCancel={() => setShown({ at: 'form' })}
        />
      )}
    </Page>
  );
}
