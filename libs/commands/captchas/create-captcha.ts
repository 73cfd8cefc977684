import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Captchas, type CreatedCaptcha } from '#libs/captcha/captchas';
import { canonicalUsername } from '#libs/vault/canonical-username';
import type { Caller } from '../caller.js';
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
  ) {}

  async execute({ username, caller }: CreateCaptcha): Promise<CreatedCaptcha> {
    const source = this.tokens.source(caller.address);
    await this.throttle.source('captcha', source);
    const { policy } = await this.tenants.ofName(username ? canonicalUsername(username) : '');
    return this.captchas.create({ mode: policy.captcha, source });
  }
}
