import { openInfrastructure, type Infrastructure } from '#libs/commands/infrastructure';
import { projectedEvents } from '#libs/commands/operations/replay';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { startProjector, type Projector } from '#libs/readmodels/projector';
import { systemClock as clock } from '#libs/runtime/clock';
import { MasterKey } from '#libs/vault/master-key';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { createTestDatabase, type TestDatabase } from './database';

/** What commands work with, real and empty, its rows following the log: no process, no HTTP. */
export class Installation {
  private constructor(
    readonly infrastructure: Infrastructure,
    private readonly projector: Projector,
    private readonly server: EmbeddedEventStore,
    private readonly database: TestDatabase,
  ) {}

  static async open(): Promise<Installation> {
    const database = await createTestDatabase();
    const server = await startEmbeddedEventStore({ databaseUrl: database.url });
    const urls = { databaseUrl: database.url, eventStoreUrl: server.url };
    const infrastructure = await openInfrastructure({ ...urls, masterKey: MasterKey.random(), clock });
    const { pool, store } = infrastructure;
    const projector = await startProjector({ pool, events: projectedEvents(store), log: store, coalesceMs: 5 });
    await projector.ready();
    return new Installation(infrastructure, projector, server, database);
  }

  /** The same while as many passwords are being checked as it takes: every further one is refused. */
  get busy(): Infrastructure {
    return { ...this.infrastructure, hasher: new PasswordHasher({ concurrency: 0, queue: 0 }) };
  }

  /** Until the rows show all that is in the log by now. */
  async followed(): Promise<void> {
    await this.projector.waitFor((await this.infrastructure.store.head())!);
  }

  async close(): Promise<void> {
    await this.projector.close();
    await this.infrastructure.close();
    await this.server.close();
    await this.database.drop();
  }
}
