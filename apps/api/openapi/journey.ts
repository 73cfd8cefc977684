import type { CreatedCaptcha } from '#libs/captcha/captchas';
import type { IssuedChallenge } from '#libs/commands/recovery/issue-challenge';
import type { MethodView, RecoveryView } from '#libs/commands/recovery/recovery-view';
import type { Question } from '#libs/commands/questions/question-choices';
import { methodNames } from '#libs/domain/methods';
import { outcomeReasons } from '#libs/domain/outcome';
import { challengeStatuses, recoveryStatuses } from '#libs/domain/recovery/recovery.status';
import type { DirectoryRules } from '#libs/domain/writeback/writeback.events';
import { count, flag, id, instant, listOf, objectOf, oneOf, optional, text } from './schema.js';

const method = oneOf(methodNames);
const number = { ...text, description: 'to be typed on the notified device' };
const questions = listOf(objectOf<Question>({ questionId: text, text }));

export const captcha = objectOf<CreatedCaptcha & { image?: string; audio?: string }>({
  captchaId: id,
  mode: oneOf(['local', 'proof-of-work', 'off']),
  image: optional({ ...text, description: 'where its picture is: mode `local`' }),
  audio: optional({ ...text, description: 'where it is spoken: mode `local`' }),
  challenge: optional({
    ...text,
    description: 'mode `proof-of-work`: SHA-256(challenge ‖ answer) begins with `difficulty` zero bits',
  }),
  difficulty: optional(count),
  expiresAt: instant,
});

export const recoveryView = objectOf<RecoveryView>({
  recoveryId: id,
  supportCode: text,
  canUnlock: flag,
  expiresAt: instant,
  status: oneOf(recoveryStatuses),
  revision: { ...count, description: 'of two views, the one with the higher number is the later' },
  now: { ...instant, description: "the server's time, for countdowns" },
  gatesRequired: count,
  gatesPassed: count,
  methods: listOf(objectOf<MethodView>({ method, hint: text, confirmContact: flag, blockedUntil: optional(instant) })),
  challenge: optional(
    objectOf<NonNullable<RecoveryView['challenge']>>({
      challengeId: id,
      method,
      expiresAt: instant,
      state: oneOf(challengeStatuses),
      number: optional(number),
      questions: optional(questions),
    }),
  ),
  submittedAt: optional({ ...instant, description: "since when the directory's verdict is awaited" }),
  blockedUntil: optional(instant),
  rejection: optional(
    objectOf<NonNullable<RecoveryView['rejection']>>({
      reasons: listOf(text),
      rules: optional(
        objectOf<DirectoryRules>({
          minimumLength: optional(count),
          complexity: optional(flag),
          history: optional(count),
          minimumAgeHours: optional({ type: 'number' }),
        }),
      ),
    }),
  ),
  outcome: optional(
    objectOf<NonNullable<RecoveryView['outcome']>>({
      result: oneOf(Object.keys(outcomeReasons)),
      reason: { ...text, description: 'such as `reset` or `after-starting-email`' },
      method: optional(method),
    }),
  ),
});

export const startedRecovery = {
  ...recoveryView,
  properties: { ...recoveryView.properties, recoveryToken: { ...text, description: 'opens this recovery' } },
  required: [...(recoveryView.required ?? []), 'recoveryToken'],
};

export const issuedChallenge = objectOf<IssuedChallenge>({
  challengeId: id,
  expiresAt: instant,
  number: optional(number),
  questions: optional(questions),
});

/** Of whatever is asked about a recovery. */
export const always = ['invalid-request', 'recovery-token-invalid', 'unavailable'] as const;

/** Of whatever would move it on. */
export const everywhere = [...always, 'recovery-closed', 'password-submitted', 'idempotency-key-reused'] as const;
