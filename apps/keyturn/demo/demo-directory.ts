import type { OutsideOptions } from '#apps/outside/outside';
import { demoPassword, demoTenants } from './demo-tenants.js';

const contoso = demoTenants[0]!;

/** Whose members no agent ever touches. */
export const demoProtectedGroup = 'admins';

/** Contoso's own directory: its hybrid users, with their first password. */
export const demoDirectory: NonNullable<OutsideOptions['directory']> = {
  baseDn: 'dc=contoso,dc=example',
  firstPassword: demoPassword,
  people: contoso.accounts
    .filter(({ origin }) => origin === 'hybrid')
    .map(({ username }) => ({ uid: username.split('@')[0]!, mail: username, unit: 'people' })),
  groups: { [demoProtectedGroup]: ['svc-keyturn'] },
};

/** The domain whose people it holds. */
export const demoDirectoryDomain = contoso.tenant.domains[0]!;
