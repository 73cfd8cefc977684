import { useEffect, useState } from 'react';
import { api } from '../api/client.js';
import type { Session } from '../api/contract.js';
import { useMessages } from '../messages/language.js';
import { navigate } from '../routing.js';
import { tabStorage } from '../tab-storage.js';
import { Page } from '../ui/page.js';
import { ChangePassword } from './change-password.js';
import { SignInForm } from './sign-in-form.js';
import { SignedIn } from './signed-in.js';

/** Without a token the browser's cookie stands for the session. */
type Open = Partial<Session>;

type Shown =
  | { at: 'form' }
  | { at: 'expired'; username: string; changeToken: string; currentPassword: string }
  | { at: 'signed-in' | 'change'; username: string; session: Open; byPass?: boolean };

/** Signing in, above all to see that the new password works. */
export function SignInPage() {
  const t = useMessages();
  const [shown, setShown] = useState<Shown>({ at: 'form' });
  const [changed, setChanged] = useState(false);

  useEffect(() => {
    const username = tabStorage.get(NAME);
    if (username === undefined) return;
    api.me().then(
      ({ roles }) => setShown((now) => (now.at === 'form' ? { at: 'signed-in', username, session: { roles } } : now)),
      () => tabStorage.remove(NAME),
    );
  }, []);

  function signedIn(username: string, session: Session, byPass: boolean) {
    tabStorage.set(NAME, username);
    setChanged(false);
    if (session.next === 'register-methods' || session.next === 'reconfirm-methods') return navigate('/security-info');
    setShown({ at: session.next === 'change-password' ? 'change' : 'signed-in', username, session, byPass });
  }

  /** The server answers a change with the session that replaces the old one, or asks to sign in again. */
  function changedPassword(username: string, session: Session | undefined) {
    setChanged(true);
    if (session?.token) setShown({ at: 'signed-in', username, session });
    else signedOut();
  }

  function signedOut() {
    tabStorage.remove(NAME);
    setShown({ at: 'form' });
  }

  return (
    <Page>
      {shown.at === 'form' && (
        <SignInForm
          changed={changed}
          onSignedIn={signedIn}
          onExpired={(username, changeToken, currentPassword) =>
            setShown({ at: 'expired', username, changeToken, currentPassword })
          }
        />
      )}
      {shown.at === 'signed-in' && (
        <SignedIn
          username={shown.username}
          token={shown.session.token}
          next={shown.session.next}
          roles={shown.session.roles ?? []}
          changed={changed}
          onChange={() => setShown({ ...shown, at: 'change' })}
          onSignedOut={() => {
            setChanged(false);
            signedOut();
          }}
        />
      )}
      {shown.at === 'change' && (
        <ChangePassword
          username={shown.username}
          token={shown.session.token}
          byPass={shown.byPass}
          why={shown.session.next === 'change-password' ? t.change.mustChange : undefined}
          onDone={(session) => changedPassword(shown.username, session)}
          onCancel={() =>
            shown.session.next === 'change-password' ? signedOut() : setShown({ ...shown, at: 'signed-in' })
          }
          onSignedOut={signedOut}
        />
      )}
      {shown.at === 'expired' && (
        <ChangePassword
          username={shown.username}
          token={shown.changeToken}
          currentPassword={shown.currentPassword}
          why={t.change.expired}
          onDone={(session) => changedPassword(shown.username, session)}
          onCancel={signedOut}
          onSignedOut={signedOut}
        />
      )}
    </Page>
  );
}

const NAME = 'signed-in';
