import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { CommandsModule } from '#libs/commands/commands.module';
import type { Infrastructure } from '#libs/commands/infrastructure';
import { RevealCase } from '#libs/commands/operations/reveal-case';
import type { RevealedCase } from '#libs/commands/operations/revealed-case';
import { Authenticate } from '#libs/commands/sessions/authenticate';
import { SignIn } from '#libs/commands/sessions/sign-in';
import { SignOut } from '#libs/commands/sessions/sign-out';
import { RuleViolation } from '#libs/domain/decider';
import type { Reader } from './operations.js';
import { refusal } from './refusals.js';

const caller = { address: '127.0.0.1', userAgent: 'keyturn command line', language: 'en' } as const;

/** As the API does it, without one: signed in for this one reading. */
export async function revealLocally(
  infrastructure: Infrastructure,
  code: string,
  { reason, ...wish }: Reader,
): Promise<RevealedCase | undefined> {
  const app = await NestFactory.createApplicationContext(CommandsModule.over(infrastructure), {
    logger: false,
    abortOnError: false,
  });
  const [commands, queries] = [app.get(CommandBus), app.get(QueryBus)];
  try {
    const { token } = await commands.execute(new SignIn(wish, caller));
    const who = await queries.execute(new Authenticate(token));
    return await commands
      .execute(new RevealCase(code, reason, who, caller))
      .finally(() => commands.execute(new SignOut(who.sessionId, who.accountId)));
  } catch (error) {
    if (!(error instanceof RuleViolation)) throw error;
    if (error.code === 'not-found') return undefined;
    throw refusal(error.code, error.details);
  } finally {
    await app.close();
  }
}
