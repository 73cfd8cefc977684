import type { Feature } from '../feature.js';
import { AdministerAccountHandler } from './administer-account.js';
import { ChangeMembershipHandler } from './change-membership.js';
import { CreateAccountHandler } from './create-account.js';
import { CreateUserHandler } from './create-user.js';
import { DisableAccountHandler } from './disable-account.js';
import { GetUserHandler, ListUsersHandler } from './list-users.js';
import { PasswordChecks } from './password-checks.js';
import { SecondFactor } from './second-factor.js';

export const accounts: Feature = {
  handlers: [
    AdministerAccountHandler,
    ChangeMembershipHandler,
    CreateAccountHandler,
    CreateUserHandler,
    DisableAccountHandler,
    GetUserHandler,
    ListUsersHandler,
  ],
  parts: [PasswordChecks, SecondFactor],
};
