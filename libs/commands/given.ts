import type { ValueProvider } from '@nestjs/common';
import { Captchas } from '#libs/captcha/captchas';
import { EventStore } from '#libs/eventstore/event-store';
import { AgentPolls } from '#libs/runtime/agent-polls';
import { AgentReports } from '#libs/runtime/agent-reports';
import { Clock } from '#libs/runtime/clock';
import { OpenSlots } from '#libs/runtime/open-slots';
import { RateLimiter } from '#libs/runtime/rate-limiter';
import { UsedKeys } from '#libs/runtime/used-keys';
import { SignInAsks } from '#libs/runtime/sign-in-asks';
import { ReportLags } from '#libs/runtime/report-lags';
import { Directory } from '#libs/vault/directory';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { Vault } from '#libs/vault/vault';
import { breachedToken } from './accounts/password-checks.js';
import { Administrators } from './helpdesk/administrators.js';
import { Cases } from './operations/cases.js';
import { readModelsToken } from './read-models.js';
import { ReadModelDomains } from './tenants/read-model-domains.js';
import { Served } from './served.js';
import { TenantDomains } from './tenants/tenant-domains.js';
import { Tokens } from './tokens.js';
import type { Infrastructure } from './infrastructure.js';

/** One process's infrastructure, as commands and queries ask for it. */
export function givenBy(infrastructure: Infrastructure): ValueProvider[] {
  const {
    store,
    vault,
    directory,
    hasher,
    captchas,
    limiter,
    slots,
    usedKeys,
    breached,
    reportLags,
    tokens,
    served,
    clock,
    readModels,
    agentPolls,
    agentReports,
    signInAsks,
  } = infrastructure;
  return [
    { provide: EventStore, useValue: store },
    { provide: Vault, useValue: vault },
    { provide: Directory, useValue: directory },
    { provide: PasswordHasher, useValue: hasher },
    { provide: Captchas, useValue: captchas },
    { provide: RateLimiter, useValue: limiter },
    { provide: OpenSlots, useValue: slots },
    { provide: UsedKeys, useValue: usedKeys },
    { provide: breachedToken, useValue: breached },
    { provide: ReportLags, useValue: reportLags },
    { provide: Served, useValue: served },
    { provide: Tokens, useValue: tokens },
    { provide: Clock, useValue: clock },
    { provide: AgentPolls, useValue: agentPolls },
    { provide: AgentReports, useValue: agentReports },
    { provide: SignInAsks, useValue: signInAsks },
    { provide: readModelsToken, useValue: readModels },
    { provide: Administrators, useValue: new Administrators(readModels) },
    { provide: Cases, useValue: new Cases(readModels, store) },
    { provide: TenantDomains, useValue: new ReadModelDomains(readModels) },
  ];
}
