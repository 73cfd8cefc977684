import type { NewAccount } from '#libs/commands/accounts/create-account';
import type { NewTenant } from '#libs/commands/tenants/create-tenant';
import type { Role } from '#libs/domain/account/lifecycle';
import type { Method } from '#libs/domain/methods';
import type { PolicyChanges } from '#libs/domain/tenant/policy';

export interface DemoTenant {
  readonly tenant: NewTenant;
  readonly accounts: readonly DemoAccount[];
}

export interface DemoAccount extends Omit<NewAccount, 'tenantId' | 'password'> {
  /** Has an authenticator app, whose seed is made up at seeding. */
  readonly app?: boolean;
  /** Has answered the first of the questions, in this order. */
  readonly answers?: readonly string[];
  readonly disabled?: boolean;
}

/** Every demo account's first password. */
export const demoPassword = 'Correct-Horse-1!';

const group = 'sspr-users';
const everyMethod: Method[] = ['email', 'sms', 'mobile-call', 'office-call', 'app-notification', 'app-code'];

const contosoPolicy: PolicyChanges = {
  enabledFor: 'selected',
  groups: [group],
  gatesRequired: 1,
  methods: [...everyMethod, 'security-questions'],
  questions: { toRegister: 3, toReset: 3, alone: true },
  captcha: 'local',
  unknownUsers: 'plain',
  writeback: true,
  passwords: { minimumLength: 8, classesRequired: 3, bannedWords: ['contoso'] },
  helpdesk: 'https://helpdesk.contoso.example',
};

/** Of everybody who has questions. */
const answers = ['blue one', 'blue two', 'blue three'];

export const demoTenants: readonly DemoTenant[] = [
  {
    tenant: { organisation: 'Contoso', plan: 'p1', trial: false, domains: ['contoso.example'], policy: contosoPolicy },
    accounts: [
      user('cloud.user', 'contoso', { contacts: mobile('+81 9000000001') }),
      user('two.methods', 'contoso', { app: true, answers }),
      user('hybrid.user', 'contoso', { origin: 'hybrid' }),
      role('authentication.admin', 'authentication-administrator'),
      role('admin', 'global-administrator', mobile('+81 9000000004')),
      role('helpdesk', 'helpdesk'),
      role('auditor', 'auditor'),
      role('analyst', 'analyst'),
      role('ops', 'ops'),
      user('unlicensed.user', 'contoso', { licensed: false }),
      user('outside.group', 'contoso', { groups: [] }),
      user('disabled.user', 'contoso', { disabled: true }),
      { ...user('no.methods', 'contoso'), contacts: [] },
      user('one.method', 'contoso'),
    ],
  },
  {
    tenant: {
      organisation: 'Northwind',
      plan: 'p1',
      trial: false,
      domains: ['northwind.example'],
      policy: {
        ...contosoPolicy,
        gatesRequired: 2,
        captcha: 'off',
        unknownUsers: 'decoy',
        passwords: { ...contosoPolicy.passwords, bannedWords: ['northwind'] },
        helpdesk: 'https://helpdesk.northwind.example',
      },
    },
    accounts: [
      user('cloud.user', 'northwind', { contacts: mobile('+81 9000000001') }),
      user('two.methods', 'northwind', { app: true, answers }),
      user('one.method', 'northwind'),
    ],
  },
  {
    tenant: {
      organisation: 'Fabrikam',
      plan: 'free',
      trial: false,
      domains: ['fabrikam.example'],
      policy: { ...contosoPolicy, helpdesk: 'https://helpdesk.fabrikam.example' },
    },
    accounts: [user('cloud.user', 'fabrikam')],
  },
];

interface Contact {
  readonly method: Method;
  readonly contact: string;
}

function user(name: string, organisation: string, { contacts = [], ...rest }: Partial<DemoAccount> = {}): DemoAccount {
  return {
    username: `${name}@${organisation}.example`,
    origin: 'cloud',
    language: 'en',
    roles: [],
    groups: [group],
    licensed: true,
    contacts: [{ method: 'email', contact: `${name}@${organisation}.home.example` }, ...contacts],
    ...rest,
  };
}

function role(name: string, role: Role, contacts: readonly Contact[] = []): DemoAccount {
  return user(name, 'contoso', { roles: [role], groups: [], contacts, app: true });
}

/** One number, for messages and for calls. */
function mobile(number: string): Contact[] {
  return [
    { method: 'sms', contact: number },
    { method: 'mobile-call', contact: number },
  ];
}
