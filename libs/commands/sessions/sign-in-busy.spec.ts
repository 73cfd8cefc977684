import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { Installation } from '../../../test/support/installation';
import { CommandsModule } from '../commands.module.js';
import { foundTenant } from '../operations/found-tenant.js';
import { SignIn } from './sign-in.js';

const caller = { address: '192.0.2.7', userAgent: 'spec', language: 'en' } as const;

describe('signing in while too many passwords are being checked', () => {
  let installation: Installation;
  let busy: INestApplicationContext;

  beforeAll(async () => {
    installation = await Installation.open();
    const founding = { organisation: 'Litware', domain: 'litware.example', plan: 'p1', language: 'en' } as const;
    const admin = { admin: 'root@litware.example', adminEmail: 'root@home.example' };
    await foundTenant(installation.infrastructure, { ...founding, ...admin });
    await installation.followed();
    busy = await NestFactory.createApplicationContext(CommandsModule.over(installation.busy), { logger: false });
  });
  afterAll(async () => {
    await busy.close();
    await installation.close();
  });

  it('G6: is refused before it counts as a try, of whom there is and whom there is not', async () => {
    const reserved = async (): Promise<number> => {
      let tries = 0;
      for await (const { type } of installation.infrastructure.store.readAll()) if (type === 'SignInReserved') tries++;
      return tries;
    };
    for (const username of ['root@litware.example', 'nobody@litware.example']) {
      const wish = { username, password: 'whatever it is' };
      await expect(busy.get(CommandBus).execute(new SignIn(wish, caller))).rejects.toMatchObject({
        name: 'HasherBusy',
      });
    }
    expect(await reserved()).toBe(0);
  });
});
