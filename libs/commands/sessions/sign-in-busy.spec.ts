import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { startProjector } from '#libs/readmodels/projector';
import { systemClock as clock } from '#libs/runtime/clock';
import { MasterKey } from '#libs/vault/master-key';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { CommandsModule } from '../commands.module.js';
import { openInfrastructure, type Infrastructure } from '../infrastructure.js';
import { foundTenant } from '../operations/found-tenant.js';
import { projectedEvents } from '../operations/replay.js';
import { SignIn } from './sign-in.js';

const caller = { address: '192.0.2.7', userAgent: 'spec', language: 'en' } as const;

describe('signing in while too many passwords are being checked', () => {
  let database: TestDatabase;
  let server: EmbeddedEventStore;
  let infrastructure: Infrastructure;
  let busy: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startEmbeddedEventStore({ databaseUrl: database.url });
    const urls = { databaseUrl: database.url, eventStoreUrl: server.url };
    infrastructure = await openInfrastructure({ ...urls, masterKey: MasterKey.random(), clock });
    const { pool, store } = infrastructure;
    const founding = { organisation: 'Litware', domain: 'litware.example', plan: 'p1', language: 'en' } as const;
    const projector = await startProjector({ pool, events: projectedEvents(store), log: store, coalesceMs: 5 });
    await projector.ready();
    await foundTenant(infrastructure, { ...founding, admin: 'root@litware.example', adminEmail: 'root@home.example' });
    await projector.waitFor((await store.head())!);
    await projector.close();
    const hasher = new PasswordHasher({ concurrency: 0, queue: 0 });
    busy = await NestFactory.createApplicationContext(CommandsModule.over({ ...infrastructure, hasher }), {
      logger: false,
    });
  });
  afterAll(async () => {
    await busy.close();
    await infrastructure.close();
    await server.close();
    await database.drop();
  });

  it('G6: is refused before it counts as a try, of whom there is and whom there is not', async () => {
    const reserved = async (): Promise<number> => {
      let tries = 0;
      for await (const { type } of infrastructure.store.readAll()) if (type === 'SignInReserved') tries++;
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
