import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Captchas, type CaptchaMode } from '#libs/captcha/captchas';
import { RuleViolation } from '#libs/domain/decider';
import { EventStore } from '#libs/eventstore/event-store';
import { WrongExpectedRevision } from '#libs/eventstore/errors';
import { Clock } from '#libs/runtime/clock';

interface Answer {
  readonly captchaId?: string;
  readonly captchaAnswer?: string;
  readonly source: string;
}

/** Lets a request through that answered its CAPTCHA; what failed is kept as an event. */
@Injectable()
export class CaptchaGate {
  constructor(
    private readonly captchas: Captchas,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation captcha-failed, also when anything goes wrong on the way */
  async pass(mode: CaptchaMode, { captchaId, captchaAnswer, source }: Answer): Promise<void> {
    const verdict = await this.captchas.verify({ captchaId, answer: captchaAnswer, mode, source });
    if (verdict === 'passed') return;
    await this.#record(captchaId !== undefined && isUuid(captchaId) ? captchaId : randomUUID(), source);
    throw new RuleViolation('captcha-failed');
  }

  async #record(captchaId: string, source: string): Promise<void> {
    const at = this.clock.now().toISOString();
    const event = {
      id: randomUUID(),
      type: 'CaptchaFailed',
      data: { captchaId, source, at },
      metadata: { correlationId: captchaId, actor: { kind: 'anonymous' as const } },
    };
    try {
      await this.store.append(`captcha-${captchaId}`, 'no-stream', [event]);
    } catch (error) {
      // Answered wrongly before: one event for one captcha is enough.
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }
}
