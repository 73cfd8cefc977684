import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { AuthenticateDevice, type AuthenticatedDevice } from '#libs/commands/devices/authenticate-device';
import { signedMessageOf } from './signed-message.js';

type DeviceRequest = FastifyRequest<{ Params: { deviceId: string } }> & { device?: AuthenticatedDevice };

/** Lets in the one device that the path names, when it signed this very request. */
@Injectable()
export class DeviceGuard implements CanActivate {
  constructor(private readonly queries: QueryBus) {}

  /** @throws RuleViolation device-invalid */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<DeviceRequest>();
    request.device = await this.queries.execute(
      new AuthenticateDevice(request.params.deviceId, signedMessageOf(request)),
    );
    return true;
  }
}

/** Which device the guard let in. */
export const SignedBy = createParamDecorator(
  (_: unknown, context: ExecutionContext): AuthenticatedDevice =>
    context.switchToHttp().getRequest<DeviceRequest>().device!,
);
