import { Module, type DynamicModule } from '@nestjs/common';
import { CommandsModule } from '#libs/commands/commands.module';
import type { Infrastructure } from '#libs/commands/infrastructure';
import { AgentFeed } from './agents/agent-feed.js';
import { AgentSignInsController } from './agents/agent-sign-ins.controller.js';
import { AgentController } from './agents/agent.controller.js';
import { AgentGuard } from './agents/agent.guard.js';
import { AgentsController } from './agents/agents.controller.js';
import { CasesController } from './audit/cases.controller.js';
import { DeviceFeed } from './devices/device-feed.js';
import { DeviceGuard } from './devices/device.guard.js';
import { DevicesController, PairingController } from './devices/devices.controller.js';
import { MyDevicesController } from './devices/my-devices.controller.js';
import { PublicUrl } from './devices/public-url.js';
import { PushKey } from './devices/push-key.js';
import { HealthController } from './health/health.controller.js';
import { MetricsAccess, MetricsGuard } from './health/metrics.guard.js';
import { Metrics } from './health/metrics.js';
import { Readiness } from './health/readiness.js';
import { HelpdeskContactsController } from './helpdesk/contacts.controller.js';
import { HelpdeskController } from './helpdesk/helpdesk.controller.js';
import { OpenCasesController } from './helpdesk/open-cases.controller.js';
import { HelpdeskPasswordsController } from './helpdesk/passwords.controller.js';
import { MeController } from './me/me.controller.js';
import { MethodsController } from './me/methods.controller.js';
import { NotMeController } from './not-me/not-me.controller.js';
import { OperationsController, OperatorAccess, OperatorGuard } from './operations/operations.controller.js';
import { BrandingController } from './pages/branding.controller.js';
import { CaptchasController } from './recovery/captchas.controller.js';
import { RecoveryFeed } from './recovery/recovery-feed.js';
import { RecoveryController, StartRecoveryController } from './recovery/recovery.controller.js';
import { SessionCookie } from './sessions/session-cookie.js';
import { SessionGuard } from './sessions/session.guard.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { StepUpController } from './sessions/step-up.controller.js';
import { StepUpGuard } from './sessions/step-up.guard.js';
import { TwilioAccess, TwilioSignatureGuard } from './telecom/twilio-signature.guard.js';
import { TwilioController } from './telecom/twilio.controller.js';
import { GroupsController } from './tenant/groups.controller.js';
import { PolicyController } from './tenant/policy.controller.js';
import { TenantController } from './tenant/tenant.controller.js';
import { UsersController } from './tenant/users.controller.js';

export interface ApiParts {
  readonly infrastructure: Infrastructure;
  readonly publicUrl: URL;
  /** With which browsers subscribe to push messages. */
  readonly pushKey?: string | undefined;
  readonly metrics: Metrics;
  readonly metricsToken: string | undefined;
  readonly readiness: Readiness;
  /** What the operator's command line shows; without it, operations are not served. */
  readonly operatorToken?: string | undefined;
  /** What callbacks of Twilio are signed with. */
  readonly twilioToken?: string | undefined;
}

@Module({})
export class ApiModule {
  static over(parts: ApiParts): DynamicModule {
    const { infrastructure, publicUrl, pushKey, metrics, readiness, operatorToken, metricsToken, twilioToken } = parts;
    return {
      module: ApiModule,
      imports: [CommandsModule.over(infrastructure)],
      controllers: [
        AgentController,
        AgentSignInsController,
        AgentsController,
        BrandingController,
        CaptchasController,
        CasesController,
        DevicesController,
        GroupsController,
        HealthController,
        HelpdeskContactsController,
        HelpdeskController,
        HelpdeskPasswordsController,
        MeController,
        MethodsController,
        MyDevicesController,
        NotMeController,
        OpenCasesController,
        OperationsController,
        PairingController,
        PolicyController,
        RecoveryController,
        SessionsController,
        StartRecoveryController,
        StepUpController,
        TenantController,
        TwilioController,
        UsersController,
      ],
      providers: [
        AgentFeed,
        AgentGuard,
        DeviceFeed,
        DeviceGuard,
        MetricsGuard,
        OperatorGuard,
        RecoveryFeed,
        SessionGuard,
        StepUpGuard,
        TwilioSignatureGuard,
        { provide: TwilioAccess, useValue: new TwilioAccess(twilioToken, publicUrl) },
        { provide: OperatorAccess, useValue: new OperatorAccess(operatorToken, infrastructure.pool) },
        { provide: PublicUrl, useValue: new PublicUrl(publicUrl) },
        { provide: PushKey, useValue: new PushKey(pushKey ?? null) },
        { provide: Metrics, useValue: metrics },
        { provide: MetricsAccess, useValue: new MetricsAccess(metricsToken) },
        { provide: Readiness, useValue: readiness },
        { provide: SessionCookie, useValue: new SessionCookie(publicUrl, infrastructure.clock) },
      ],
    };
  }
}
