import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isFromTwilio, type CallbackFields } from '#libs/channels/telecom/twilio/callbacks';
import { RuleViolation } from '#libs/domain/decider';

/** What callbacks of Twilio are proved with; none are served without a token. */
export class TwilioAccess {
  constructor(
    readonly authToken: string | undefined,
    readonly publicUrl: URL,
  ) {}
}

/** Lets in only what Twilio signed for exactly this address. */
@Injectable()
export class TwilioSignatureGuard implements CanActivate {
  constructor(private readonly access: TwilioAccess) {}

  canActivate(context: ExecutionContext): boolean {
    const { raw, headers, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const { authToken, publicUrl } = this.access;
    const fields = (body ?? {}) as CallbackFields;
    if (authToken && isFromTwilio({ authToken, publicUrl }, raw.url ?? '', headers['x-twilio-signature'], fields)) {
      return true;
    }
    throw new RuleViolation('signature-invalid');
  }
}
