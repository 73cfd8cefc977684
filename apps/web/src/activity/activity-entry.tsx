import type { ReactNode } from 'react';
import { useLanguage } from '../messages/language.js';
import { momentOf, timeOf } from '../messages/moments.js';
import { Button } from '../ui/button.js';
import { AlertIcon, CheckIcon, InfoIcon, KeyIcon, LockIcon } from '../ui/icons.js';
import type { Activity, What } from './activity.js';
import { deviceName, networkName } from './client-name.js';
import { useActivityMessages } from './messages.js';
import type { ActivityMessages } from './messages-en.js';

/** One thing that happened: what, when, from where, and a way to say that it was somebody else. */
export function ActivityEntry({ entry, onDispute }: { entry: Activity; onDispute: () => void }) {
  const { language } = useLanguage();
  const t = useActivityMessages();
  const { icon, look } = looks[entry.what] ?? { icon: <InfoIcon />, look: 'quiet' };
  const title = titleOf(entry, t);
  const time = timeOf(entry.at, language);
  const details = detailsOf(entry, t, language);
  return (
    <>
      <span className={`entry-mark ${look}`}>{icon}</span>
      <span className="entry-text">
        <span className="entry-name">{title}</span>
        {details && <span>{details}</span>}
        <span className="hint">
          <time dateTime={entry.at}>{time}</time>
          {entry.client && ` · ${whereOf(entry.client, t)}`}
        </span>
      </span>
      {mayDispute(entry) && (
        <Button look="plain" aria-label={t.notMe.askOf(title, time)} onClick={onDispute}>
          {t.notMe.ask}
        </Button>
      )}
    </>
  );
}

export const titleOf = ({ what }: Activity, t: ActivityMessages): string => t.what[what] ?? t.list.other;

/** Whether somebody got in by it, or changed something. */
export const gotIn = ({ what, outcome }: Activity): boolean => inside.has(what) || outcome?.result === 'succeeded';

function mayDispute({ what, client }: Activity): boolean {
  return !unquestioned.has(what) && (client !== null || what !== 'method-registered');
}

function detailsOf({ what, method, outcome, until }: Activity, t: ActivityMessages, language: 'en' | 'ja') {
  if (what === 'method-registered') return method && t.method[method];
  if (until !== undefined) return t.list.until(momentOf(until, language));
  if (what !== 'recovery-started') return undefined;
  return t.ended[outcome?.reason === 'unlocked' ? 'unlocked' : (outcome?.result ?? 'open')];
}

function whereOf(client: NonNullable<Activity['client']>, t: ActivityMessages): string {
  const from = t.list.from(deviceName(client, t.sessions));
  return client.network ? `${from}, ${t.list.network(networkName(client.network))}` : from;
}

const inside: ReadonlySet<What> = new Set<What>([
  'signed-in',
  'password-reset',
  'password-changed',
  'account-unlocked',
  'method-registered',
  'other-sessions-ended',
]);

/** Nobody's doing at this account, or what protected it; so is what an administrator or the directory registered. */
const unquestioned: ReadonlySet<What> = new Set<What>([
  'session-ended',
  'sign-in-paused',
  'password-change-required',
  'blocks-lifted',
  'not-me-reported',
]);

const good = { icon: <CheckIcon />, look: 'good' };
const key = { icon: <KeyIcon />, look: 'quiet' };
const lock = { icon: <LockIcon />, look: 'quiet' };
const alarming = { icon: <AlertIcon />, look: 'warn' };

const looks: Partial<Record<What, { icon: ReactNode; look: string }>> = {
  'signed-in': good,
  'sign-in-failed': alarming,
  'sign-in-paused': alarming,
  'recovery-refused': alarming,
  'not-me-reported': alarming,
  'password-reset': key,
  'password-changed': key,
  'password-change-required': key,
  'account-unlocked': lock,
  'blocks-lifted': lock,
  'session-ended': lock,
  'other-sessions-ended': lock,
};
