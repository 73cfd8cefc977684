// A worker in a process of its own that kills itself at one point: node doomed-worker.mjs <settings as JSON>
import { readFileSync } from 'node:fs';
import { Queue } from 'bullmq';
import pg from 'pg';
import { AttemptDeliveryHandler } from '#libs/commands/delivery/attempt-delivery';
import { RecordDeliveryHandler } from '#libs/commands/delivery/record-delivery';
import { CompleteReset, CompleteResetHandler } from '#libs/commands/recovery/complete-reset';
import { ResetNotices } from '#libs/commands/recovery/reset-notices';
import { ReadModelDomains } from '#libs/commands/tenants/read-model-domains';
import { Tenants } from '#libs/commands/tenants/tenants';
import { createMailer } from '#libs/channels/email/mailer';
import { EventStore } from '#libs/eventstore/event-store';
import { dueDeeds } from '#libs/readmodels/open-deeds';
import { openReadModels } from '#libs/readmodels/rows';
import { AdjustableClock } from '#libs/runtime/clock';
import { MasterKey } from '#libs/vault/master-key';
import { Vault } from '#libs/vault/vault';
import { ReactorCheckpoint } from '#apps/worker/reactor-checkpoint';
import { startWorker } from '#apps/worker/worker';

const { point, storeUrl, databaseUrl, redisUrl, smtpUrl, masterKey, offsetMs, settings } = JSON.parse(
  readFileSync(0, 'utf8'),
);
const clock = new AdjustableClock();
clock.setOffset(offsetMs);
const die = () => process.kill(process.pid, 'SIGKILL');
const forever = () => new Promise(() => {});

/** Dies at the named moment of a call: before it begins, or when it is done and before anybody hears. */
function doomed(owner, method, before, after) {
  const original = owner[method];
  owner[method] = async function (...given) {
    if (point === before) return (die(), forever());
    const result = await original.apply(this, given);
    if (point === after) return (die(), forever());
    return result;
  };
}

const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
const store = EventStore.connect(storeUrl);
const vault = await Vault.open({ pool, masterKey: new MasterKey([Buffer.from(masterKey, 'hex')]), clock });
const mailer = createMailer({
  smtpUrl,
  from: 'Keyturn <no-reply@keyturn.example>',
  clock,
  limits: { perMailMs: 2_500 },
});
doomed(Queue.prototype, 'add', 'event read', 'job added');
doomed(ReactorCheckpoint.prototype, 'save', 'checkpoint unsaved', 'checkpoint saved');
doomed(AttemptDeliveryHandler.prototype, 'execute', 'job taken', 'intent appended');
doomed(mailer, 'send', undefined, 'mail accepted');
doomed(RecordDeliveryHandler.prototype, 'execute', undefined, 'outcome appended');

/** Unlocks are gone on with by the deeds that are due; a worker that dies on a mail looks at none. */
const unlocking = ['unlock taken', 'account unlocked', 'recovery closed'].includes(point);
const db = openReadModels(pool);
const resets = new CompleteResetHandler(store, new ResetNotices(new Tenants(store, new ReadModelDomains(db))), clock);
doomed(resets, 'execute', 'unlock taken', undefined);
const append = store.append;
store.append = async function (stream, ...given) {
  const result = await append.call(this, stream, ...given);
  const done = stream.startsWith('account-') ? 'account unlocked' : 'recovery closed';
  if (unlocking && point === done && /^(account|recovery)-/.test(stream)) return (die(), forever());
  return result;
};

await startWorker({
  store,
  vault,
  clock,
  mailer,
  pool,
  databaseUrl,
  redisUrl,
  dueDeeds: (now, limit) => (unlocking ? dueDeeds(db, now, limit) : Promise.resolve([])),
  completeReset: (recoveryId) => resets.execute(new CompleteReset(recoveryId)),
  links: { publicUrl: 'https://reset.contoso.example', notMeToken: () => undefined, deliveryTag: () => 'tag' },
  settings,
});
