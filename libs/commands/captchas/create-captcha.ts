import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Captchas, type CreatedCaptcha } from '#libs/captcha/captchas';
import { RuleViolation } from '#libs/domain/decider';
import { bodiesDiffer } from '#libs/eventstore/execute';
import { canonicalUsername } from '#libs/vault/canonical-username';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import { Tenants } from '../tenants/tenants.js';
import { Throttle } from '../throttle.js';
import { Tokens } from '../tokens.js';

/** The question asked before a recovery starts: its kind follows from the domain of the typed name. */
export class CreateCaptcha extends Command<CreatedCaptcha> {
  constructor(
    readonly username: string | undefined,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(CreateCaptcha)
export class CreateCaptchaHandler implements ICommandHandler<CreateCaptcha> {
  constructor(
    private readonly captchas: Captchas,
    private readonly tenants: Tenants,
    private readonly tokens: Tokens,
    private readonly throttle: Throttle,
    private readonly contexts: Contexts,
  ) {}

  /** @throws RuleViolation rate-limited, idempotency-key-reused */
  async execute({ username, caller }: CreateCaptcha): Promise<CreatedCaptcha> {
    const source = this.tokens.source(caller.address);
    await this.throttle.source('captcha', source);
    const { policy } = await this.tenants.ofName(username ? canonicalUsername(username) : '');
    const identity = await this.contexts.identityOf({ scope: source, route: 'captchas', caller });
    const { commandId, bodyMac } = identity;
    const repeatable = bodyMac === undefined ? {} : { repeatable: { captchaId: commandId, bodyMac } };
    const { bodyMac: before, ...captcha } = await this.captchas.create({ mode: policy.captcha, source, ...repeatable });
    if (bodiesDiffer(before, identity)) throw new RuleViolation('idempotency-key-reused');
    return captcha;
  }
}
