import type { Activity, ActivityPage } from '#libs/commands/me/activity';
import type { CoarseClient } from '#libs/commands/me/coarse-client';
import type { SessionView } from '#libs/commands/me/list-sessions';
import type { NotMeView } from '#libs/commands/not-me/notices-disputed';
import type { SignedIn } from '#libs/commands/sessions/open-session';
import { roles } from '#libs/domain/account/lifecycle';
import { methodNames } from '#libs/domain/methods';
import { outcomeReasons } from '#libs/domain/outcome';
import type { PasswordPolicyText } from '#libs/domain/passwords/password-rules';
import { recoveryStatuses } from '#libs/domain/recovery/recovery.status';
import { count, flag, id, instant, listOf, objectOf, oneOf, optional, orNull, text } from './schema.js';

const roleList = listOf(oneOf(roles));

export const signedIn = objectOf<Omit<SignedIn, 'expiresAt'>>({
  token: { ...text, description: 'as Bearer; browsers have it as a cookie' },
  roles: roleList,
  next: optional(oneOf(['change-password', 'register-methods', 'reconfirm-methods'])),
});

export const ownAccount = objectOf<{ accountId: string; roles: string[]; language: string }>({
  accountId: id,
  roles: roleList,
  language: oneOf(['ja', 'en']),
});

const client = orNull(objectOf<CoarseClient>({ browser: orNull(text), system: orNull(text), network: orNull(text) }));

export const ownSessions = objectOf<{ items: readonly SessionView[] }>({
  items: listOf(
    objectOf<SessionView>({
      sessionId: id,
      current: flag,
      startedAt: instant,
      expiresAt: instant,
      limitedTo: optional(oneOf(['register-methods', 'change-password'])),
      client,
    }),
  ),
});

export const activityPage = objectOf<ActivityPage>({
  items: listOf(
    objectOf<Activity>({
      at: instant,
      what: text,
      method: optional(oneOf(methodNames)),
      status: optional(oneOf(recoveryStatuses)),
      outcome: optional(
        objectOf<NonNullable<Activity['outcome']>>({ result: oneOf(Object.keys(outcomeReasons)), reason: text }),
      ),
      until: optional(instant),
      client,
    }),
  ),
  next: optional({ ...text, description: 'the `cursor` of the next page; missing on the last one' }),
});

export const notMe = objectOf<NotMeView>({
  what: { ...text, description: 'which notice told of it, such as `password-was-reset`' },
  organisation: text,
  account: { ...text, description: 'masked' },
  at: instant,
  expiresAt: instant,
  usedAt: optional(instant),
  caseNumber: optional(text),
});

export const passwordPolicy = objectOf<PasswordPolicyText>({
  minLength: count,
  maxLength: count,
  minClasses: { ...count, description: 'of lower case, upper case, digits and others; 0 asks for none' },
  alsoRefused: listOf(text),
});

export const branding = objectOf<Record<'organisation' | 'logo' | 'accent' | 'helpdesk', string | null>>({
  organisation: orNull(text),
  logo: orNull({ ...text, description: 'where its picture is' }),
  accent: orNull(text),
  helpdesk: orNull(text),
});
