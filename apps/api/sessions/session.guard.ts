import {
  createParamDecorator,
  Injectable,
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { Authenticate, type Authenticated } from '#libs/commands/sessions/authenticate';
import type { Role } from '#libs/domain/account/lifecycle';
import { RuleViolation } from '#libs/domain/decider';
import type { SessionLimit } from '#libs/domain/session/session';
import { bearerOf } from '../caller.decorator.js';
import { SessionCookie } from './session-cookie.js';

type SignedInRequest = FastifyRequest & { who?: Authenticated };

const rolesKey = 'keyturn/roles';
const limitsKey = 'keyturn/session-limits';

/** Only people with one of these roles. */
export const Roles = (...roles: readonly Role[]): CustomDecorator => SetMetadata(rolesKey, roles);

/** Also people whose session is good for this alone. */
export const AlsoWhen = (...limits: readonly SessionLimit[]): CustomDecorator => SetMetadata(limitsKey, limits);

/** Lets in whoever is signed in, by cookie or as Bearer, and holds a role the route asks for. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly queries: QueryBus,
    private readonly cookie: SessionCookie,
    private readonly reflector: Reflector,
  ) {}

  /** @throws RuleViolation session-invalid, session-limited, not-allowed */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const who = await this.queries.execute(new Authenticate(bearerOf(request) ?? this.cookie.of(request)));
    const asked = <T>(key: string): readonly T[] =>
      this.reflector.getAllAndOverride<readonly T[] | undefined>(key, [context.getHandler(), context.getClass()]) ?? [];
    const { limitedTo, account } = who;
    if (limitedTo && !asked<SessionLimit>(limitsKey).includes(limitedTo)) {
      throw new RuleViolation('session-limited', { next: limitedTo });
    }
    const roles = asked<Role>(rolesKey);
    if (roles.length > 0 && !account.roles.some((role) => roles.includes(role))) throw new RuleViolation('not-allowed');
    request.who = who;
    return true;
  }
}

/** Whom `SessionGuard` let in: for guards that stand after it. */
export const signedIn = (context: ExecutionContext): Authenticated =>
  context.switchToHttp().getRequest<SignedInRequest>().who!;

/** Whom the guard let in. */
export const Who = createParamDecorator((_: unknown, context: ExecutionContext): Authenticated => signedIn(context));
