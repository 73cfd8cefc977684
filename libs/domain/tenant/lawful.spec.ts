import { lawful } from './lawful.js';
import { patchIn, patched, type PolicyPatch } from './policy-patch.js';
import { presets } from './policy.js';
import { fields, valueAt } from './policy-shape.js';
import { warningsOf } from './warnings.js';

const png =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const wide = ((bytes: Buffer) => {
  bytes.writeUInt32BE(2_048, 16);
  return `data:image/png;base64,${bytes.toString('base64')}`;
})(Buffer.from(png.slice(png.indexOf(',') + 1), 'base64'));

const wanting = (patch: PolicyPatch) => patched(presets.hardened, patch);
const refusal = (patch: PolicyPatch): unknown => {
  try {
    return lawful(wanting(patch), 'p1', false);
  } catch (error) {
    return (error as { details: { field: string } }).details.field;
  }
};
const misfits = (body: unknown): unknown => {
  try {
    return patchIn(body);
  } catch (error) {
    const { code, details } = error as { code: string; details: { errors: { field: string }[] } };
    expect(code).toBe('invalid-request');
    return details.errors.map(({ field }) => field);
  }
};

describe('a policy', () => {
  it.each(Object.values(presets))('is lawful as a preset has it, field by field: $preset', (preset) => {
    for (const { path, check } of fields) expect([path, check.isOf(valueAt(preset, path))]).toEqual([path, true]);
    expect(lawful(preset, 'p1', false)).toEqual(preset);
  });

  it.each<[string, PolicyPatch]>([
    ['limits.failuresPerFamily', { limits: { failuresPerFamily: 101 } }],
    ['limits.minutesBetweenCalls', { limits: { minutesBetweenCalls: -1 } }],
    ['passwords.history', { passwords: { history: 25 } }],
    ['passwords.bannedWords', { passwords: { bannedWords: ['same', 'same'] } }],
    ['registration.reconfirmDays', { registration: { reconfirmDays: 731 } }],
    ['questions.toRegister', { questions: { toRegister: 6 } }],
    ['questions.toReset', { questions: { toRegister: 3, toReset: 4 } }],
    ['questions.custom', { questions: { custom: ['ab'] } }],
    ['questions.custom', { questions: { custom: Array.from({ length: 21 }, (_, n) => `Question ${n}?`) } }],
    ['telecom.countries', { telecom: { countries: ['jp'] } }],
    ['telecom.monthlyBudget', { telecom: { monthlyBudget: -1 } }],
    ['officeRanges', { officeRanges: ['203.0.113.1/24'] }],
    ['officeRanges', { officeRanges: ['0.0.0.0/0'] }],
    ['officeRanges', { officeRanges: ['office'] }],
    ['customisation.accent', { customisation: { accent: 'teal' } }],
    ['customisation.logo', { customisation: { logo: 'data:image/svg+xml;base64,PHN2Zz4=' } }],
    ['customisation.logo', { customisation: { logo: wide } }],
    ['customisation.organisationName', { customisation: { organisationName: '' } }],
    ['helpdesk', { helpdesk: 'javascript:alert(1)' }],
    ['helpdesk', { helpdesk: 'ask\nme@x.example' }],
    ['retentionDays', { retentionDays: 4.5 }],
    ['retentionDays', { retentionDays: 3 }],
    ['groups', { groups: [''] }],
  ])('refuses what its field cannot be: %s of %j', (field, patch) => expect(refusal(patch)).toBe(field));

  it.each<PolicyPatch>([
    { limits: { coolingOffHours: 0, methodChangeGuardHours: 0 } },
    { officeRanges: ['203.0.113.0/24', '2001:db8::/32'] },
    { customisation: { logo: png, accent: '#0D6361', organisationName: '株式会社コントソ' } },
    { helpdesk: 'helpdesk@contoso.example' },
    { registration: { reconfirmDays: 0 }, passwords: { expiryDays: 90 } },
    { retentionDays: 4 },
  ])('takes %j', (patch) => expect(refusal(patch)).toEqual(wanting(patch)));

  it('keeps a value that an earlier release took, until it is changed', () => {
    const old = wanting({ limits: { failuresPerFamily: 500 } });
    expect(lawful(patched(old, { captcha: 'off' }), 'p1', false, old).limits.failuresPerFamily).toBe(500);
    expect(() => lawful(patched(old, { limits: { failuresPerFamily: 400 } }), 'p1', false, old)).toThrow(
      'policy-invalid',
    );
  });
});

describe('a patch', () => {
  it('names every field that no policy has, at any depth', () => {
    expect(misfits({ colour: 1, limits: { blockHours: 3, lives: 9 }, captcha: 'off' })).toEqual([
      'colour',
      'limits.lives',
    ]);
    expect(misfits(JSON.parse('{"constructor": 1, "limits": {"toString": 1}}'))).toEqual([
      'constructor',
      'limits.toString',
    ]);
  });

  it('names every field of another kind', () => {
    expect(
      misfits({ captcha: 'easy', methods: 'email', gatesRequired: 3, limits: 5, passwords: { history: '3' } }),
    ).toEqual(['captcha', 'methods', 'gatesRequired', 'limits', 'passwords.history']);
    for (const body of [undefined, null, [], 'x', 3]) expect(misfits(body)).toEqual(['']);
  });

  it('is taken as it is when it fits', () => {
    const patch = { limits: { blockHours: 3, unlocksPerDay: null }, helpdesk: null, captcha: 'off' };
    expect(misfits(patch)).toEqual(patch);
  });
});

describe('warnings', () => {
  const codes = (patch: PolicyPatch) => warningsOf(wanting(patch)).map(({ code }) => code);

  it('say nothing of the hardened preset but that nobody may reset yet', () => {
    expect(codes({})).toEqual(['nobody-enabled']);
    expect(codes({ enabledFor: 'all' })).toEqual([]);
  });

  it('tell each risk that was chosen', () => {
    expect(
      codes({
        enabledFor: 'all',
        preset: 'entra',
        captcha: 'off',
        confirmContact: false,
        notifications: { users: false },
        limits: { coolingOffHours: 0, failuresPerFamily: 50 },
        officeRanges: ['10.0.0.0/8'],
      }),
    ).toEqual([
      'questions-allowed',
      'questions-alone',
      'captcha-off',
      'unknown-users-plain',
      'contacts-unconfirmed',
      'short-passwords',
      'silent-resets',
      'generous-failures',
      'no-cooling-off',
      'wide-office-ranges',
    ]);
    expect(codes({ methods: ['sms', 'mobile-call'] })).toContain('phone-alone');
  });
});
