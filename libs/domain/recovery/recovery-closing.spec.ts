import { given } from '../testing.js';
import { hours, plus } from '../time.js';
import type { Outcome } from '../outcome.js';
import { recovery } from './recovery.js';
import type { RecoveryEvent } from './recovery.events.js';
import {
  cancelled,
  expiresAt,
  failed,
  issued,
  minute,
  mismatched,
  passed,
  recoveryId,
  refused,
  rejected,
  started,
  submitted,
  submitting,
  succeeded,
} from './story.js';

const gatePassed = [started(), issued('email', 1), passed('email', 1, 2)] as const;
const decoy = started({
  subject: { kind: 'decoy', token: 'token-1', refusal: 'no-licence', accountId: 'account-1' },
});
const twoGates = started({ gatesRequired: 2 });

describe('SubmitPassword', () => {
  it('marks the point of no return', () =>
    given(recovery, ...gatePassed)
      .when(submitting(3))
      .then(submitted(3)));

  it('counts attempts after a rejection', () => {
    given(recovery, ...gatePassed, submitted(3), rejected(4))
      .when(submitting(5))
      .then(submitted(5, 2));
  });

  it('refuses before the gates are passed', () => {
    given(recovery, started()).when(submitting(3)).thenRefuses('gates-not-passed');
    given(recovery, twoGates, issued('email', 1), passed('email', 1, 2))
      .when(submitting(3))
      .thenRefuses('gates-not-passed');
  });

  it('refuses a second one while the first is under way', () => {
    given(recovery, ...gatePassed, submitted(3))
      .when(submitting(4))
      .thenRefuses('password-submitted');
  });

  it('refuses for a decoy, whatever gates were passed', () => {
    given(recovery, decoy, issued('email', 1), passed('email', 1, 2))
      .when(submitting(3))
      .thenRefuses('gates-not-passed');
  });

  it('refuses when the time is up, when closed, and when unknown', () => {
    given(recovery, ...gatePassed)
      .when(submitting(15))
      .thenRefuses('recovery-closed');
    given(recovery, ...gatePassed, cancelled(3))
      .when(submitting(4))
      .thenRefuses('recovery-closed');
    given(recovery).when(submitting(4)).thenRefuses('recovery-unknown');
  });
});

describe('SucceedRecovery', () => {
  const succeeding = { type: 'SucceedRecovery', data: { credentialId: 'credential-3', now: minute(4) } } as const;

  it('closes what was submitted, naming the last gate', () => {
    given(recovery, ...gatePassed, submitted(3))
      .when(succeeding)
      .then(succeeded(4));
  });

  it('stays quiet when closed: the reactor may be late', () => {
    given(recovery, ...gatePassed, submitted(3), succeeded(4))
      .when(succeeding)
      .thenNothing();
  });

  it('closes what was reopened when word comes late, unless another was chosen since', () => {
    const late = { type: 'SucceedRecovery', data: { ...succeeding.data, late: true } } as const;
    given(recovery, ...gatePassed, submitted(3), rejected(3))
      .when(late)
      .then(succeeded(4));
    given(recovery, ...gatePassed, submitted(3), rejected(3), submitted(4, 2))
      .when(late)
      .thenNothing();
    given(recovery, ...gatePassed)
      .when(late)
      .thenRefuses('not-submitted');
  });

  it('refuses another credential, or none', () => {
    given(recovery, ...gatePassed, submitted(2))
      .when(succeeding)
      .thenRefuses('not-submitted');
    given(recovery, ...gatePassed, submitted(3), rejected(3))
      .when(succeeding)
      .thenRefuses('not-submitted');
    given(recovery).when(succeeding).thenRefuses('not-submitted');
  });
});

describe('SupersedeRecovery', () => {
  const superseding = { type: 'SupersedeRecovery', data: { now: minute(4) } } as const;
  const superseded: RecoveryEvent = {
    type: 'RecoveryFailed',
    data: { recoveryId, outcome: { result: 'failed', reason: 'superseded' }, at: minute(4) },
  };

  it.each([
    ['submitted', [...gatePassed, submitted(3)]],
    ['open', [started()]],
  ] as const)('closes what is %s', (_, past) => {
    given(recovery, ...past)
      .when(superseding)
      .then(superseded);
  });

  it('stays quiet when closed', () => given(recovery, started(), cancelled(1)).when(superseding).thenNothing());

  it('refuses what never began', () => given(recovery).when(superseding).thenRefuses('recovery-unknown'));
});

describe('DiscloseRefusal', () => {
  const disclosing = { type: 'DiscloseRefusal', data: { now: minute(4) } } as const;

  it('tells a refused person who proved a contact why, and closes with it', () => {
    given(recovery, decoy, issued('email', 1), passed('email', 1, 2))
      .when(disclosing)
      .then({
        type: 'RecoveryFailed',
        data: { recoveryId, outcome: { result: 'failed', reason: 'no-licence' }, at: minute(4) },
      });
  });

  it.each<[string, readonly RecoveryEvent[]]>([
    ['nothing was proved', [decoy, issued('email', 1)]],
    ['nobody was refused', gatePassed],
    ['it is closed', [decoy, issued('email', 1), passed('email', 1, 2), cancelled(3)]],
    ['it never began', []],
  ])('stays quiet when %s', (_, past) => {
    given(recovery, ...past)
      .when(disclosing)
      .thenNothing();
  });
});

describe('CancelRecovery and ContactAdministrator', () => {
  const cancelling = { type: 'CancelRecovery', data: { now: minute(4) } } as const;
  const contacting = { type: 'ContactAdministrator', data: { now: minute(4) } } as const;

  it.each<[string, readonly RecoveryEvent[], Outcome<'cancelled'>['reason']]>([
    ['before the gates', [started()], 'before-passing-the-gates'],
    ['between two gates', [twoGates, issued('email', 1), passed('email', 1, 2)], 'before-passing-the-gates'],
    ['after the gates', gatePassed, 'before-submitting-a-password'],
    ['after a rejection', [...gatePassed, submitted(3), rejected(3)], 'before-submitting-a-password'],
  ])('cancels %s', (_, past, reason) => {
    given(recovery, ...past)
      .when(cancelling)
      .then({
        type: 'RecoveryCancelled',
        data: { recoveryId, outcome: { result: 'cancelled', reason }, at: minute(4) },
      });
  });

  it.each<[string, readonly RecoveryEvent[], Outcome<'contacted-administrator'>]>([
    ['before trying', [started()], { result: 'contacted-administrator', reason: 'before-trying' }],
    [
      'after a code',
      [started(), issued('email', 1)],
      { result: 'contacted-administrator', reason: 'after-trying-method', method: 'email' },
    ],
    [
      'after a mistyped number',
      [started(), mismatched('sms', 1, 1)],
      { result: 'contacted-administrator', reason: 'after-trying-method', method: 'sms' },
    ],
  ])('hands over to an administrator %s', (_, past, outcome) => {
    given(recovery, ...past)
      .when(contacting)
      .then({ type: 'AdministratorContacted', data: { recoveryId, outcome, at: minute(4) } });
  });

  it.each([cancelling, contacting])('$type is refused past the point of no return, and when closed', (command) => {
    given(recovery, ...gatePassed, submitted(3))
      .when(command)
      .thenRefuses('password-submitted');
    given(recovery, started(), cancelled(1)).when(command).thenRefuses('recovery-closed');
    given(recovery).when(command).thenRefuses('recovery-unknown');
  });
});

describe('ExpireRecovery', () => {
  const expiring = { type: 'ExpireRecovery', data: { now: expiresAt } } as const;

  it.each<[string, readonly RecoveryEvent[], Outcome<'abandoned'>]>([
    ['nothing chosen', [started()], { result: 'abandoned', reason: 'before-selecting-a-method' }],
    [
      'a code sent',
      [started(), issued('sms', 1)],
      { result: 'abandoned', reason: 'after-starting-method', method: 'sms' },
    ],
    [
      'a wrong code',
      [started(), issued('sms', 1), failed('sms', 1, 2, 1)],
      { result: 'abandoned', reason: 'after-starting-method', method: 'sms' },
    ],
    [
      'one gate of two',
      [twoGates, issued('sms', 1), passed('sms', 1, 2)],
      { result: 'abandoned', reason: 'after-completing-method', method: 'sms' },
    ],
    [
      'the second code sent',
      [twoGates, issued('sms', 1), passed('sms', 1, 2), issued('email', 3)],
      { result: 'abandoned', reason: 'after-starting-method', method: 'email' },
    ],
    ['the gates passed', gatePassed, { result: 'abandoned', reason: 'while-choosing-a-password' }],
  ])('closes as abandoned with %s', (_, past, outcome) => {
    given(recovery, ...past)
      .when(expiring)
      .then({ type: 'RecoveryAbandoned', data: { recoveryId, outcome, at: expiresAt } });
  });

  it.each([
    ['before its time', [started({ expiresAt: minute(16) })]],
    ['a password was submitted', [...gatePassed, submitted(14)]],
    ['it is closed', [started(), cancelled(1)]],
    ['it never began', []],
  ] as const)('stays quiet when %s', (_, past) => {
    given(recovery, ...past)
      .when(expiring)
      .thenNothing();
  });
});

describe('ReportWorked', () => {
  const done = [...gatePassed, submitted(3), succeeded(4)] as const;
  const reporting = (worked: boolean, now = minute(5)) => ({ type: 'ReportWorked', data: { worked, now } }) as const;
  const reported = (worked: boolean): RecoveryEvent => ({
    type: 'WorkedReported',
    data: { recoveryId, worked, at: minute(5) },
  });

  it('keeps the answer, and a changed mind', () => {
    given(recovery, ...done)
      .when(reporting(true))
      .then(reported(true));
    given(recovery, ...done, reported(true))
      .when(reporting(false))
      .then(reported(false));
  });

  it('stays quiet about the same answer', () =>
    given(recovery, ...done, reported(true))
      .when(reporting(true))
      .thenNothing());

  it('refuses where nothing succeeded', () => {
    given(recovery, started()).when(reporting(true)).thenRefuses('recovery-not-succeeded');
    given(recovery, started(), cancelled(1)).when(reporting(true)).thenRefuses('recovery-not-succeeded');
  });

  it('refuses after a day', () => {
    const dayLater = plus(minute(4), hours(24));
    given(recovery, ...done)
      .when(reporting(true, plus(dayLater, -1)))
      .events();
    given(recovery, ...done)
      .when(reporting(true, dayLater))
      .thenRefuses('recovery-closed');
  });
});

describe('RefuseCommand', () => {
  const refusing = {
    type: 'RefuseCommand',
    data: { command: 'SubmitPassword', code: 'gates-not-passed', now: minute(1) },
  } as const;

  it('A6: keeps what was refused', () => given(recovery, started()).when(refusing).then(refused(1)));

  it('keeps twenty and no more', () => {
    const nineteen = Array.from({ length: 19 }, () => refused(1));
    given(recovery, started(), ...nineteen)
      .when(refusing)
      .then(refused(1));
    given(recovery, started(), ...nineteen, refused(1))
      .when(refusing)
      .thenNothing();
  });

  it('stays quiet where no recovery lives', () => {
    given(recovery).when(refusing).thenNothing();
    given(recovery, started(), cancelled(1)).when(refusing).thenNothing();
  });
});
