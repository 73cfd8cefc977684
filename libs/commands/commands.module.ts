import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { accounts } from './accounts/feature.js';
import { agents } from './agents/feature.js';
import { captchas } from './captchas/feature.js';
import { Clients } from './clients.js';
import { Contexts } from './contexts.js';
import { delivery } from './delivery/feature.js';
import { devices } from './devices/feature.js';
import type { Feature } from './feature.js';
import { givenBy } from './given.js';
import { helpdesk } from './helpdesk/feature.js';
import type { Infrastructure } from './infrastructure.js';
import { me } from './me/feature.js';
import { methods } from './methods/feature.js';
import { notMe } from './not-me/feature.js';
import { operations } from './operations/feature.js';
import { questions } from './questions/feature.js';
import { recovery } from './recovery/feature.js';
import { sessions } from './sessions/feature.js';
import { telecom } from './telecom/feature.js';
import { tenants } from './tenants/feature.js';
import { ThrottleLog } from './throttle-log.js';
import { Throttle } from './throttle.js';
import { writeback } from './writeback/feature.js';

const features: readonly Feature[] = [
  accounts,
  agents,
  captchas,
  delivery,
  devices,
  helpdesk,
  me,
  methods,
  notMe,
  operations,
  questions,
  recovery,
  sessions,
  telecom,
  tenants,
  writeback,
  { handlers: [], parts: [Clients, Contexts, ThrottleLog, Throttle] },
];

/** The ring: every command and query, over one process's infrastructure. */
@Module({})
export class CommandsModule {
  static over(infrastructure: Infrastructure): DynamicModule {
    const given = givenBy(infrastructure);
    const parts = features.flatMap((feature) => feature.parts);
    const handlers = features.flatMap((feature) => feature.handlers);
    return {
      module: CommandsModule,
      global: true,
      imports: [CqrsModule.forRoot()],
      providers: [...given, ...parts, ...handlers],
      exports: [CqrsModule, ...given.map(({ provide }) => provide), ...parts],
    };
  }
}
