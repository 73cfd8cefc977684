// A worker in a process of its own that kills itself at one point: node doomed-worker.mjs <settings as JSON>
import { readFileSync } from 'node:fs';
import { Queue } from 'bullmq';
import pg from 'pg';
import { AttemptDeliveryHandler } from '#libs/commands/delivery/attempt-delivery';
import { RecordDeliveryHandler } from '#libs/commands/delivery/record-delivery';
import { createMailer } from '#libs/channels/email/mailer';
import { EventStore } from '#libs/eventstore/event-store';
import { systemClock as clock } from '#libs/runtime/clock';
import { MasterKey } from '#libs/vault/master-key';
import { Vault } from '#libs/vault/vault';
import { ReactorCheckpoint } from '#apps/worker/reactor-checkpoint';
import { startWorker } from '#apps/worker/worker';

const { point, storeUrl, databaseUrl, redisUrl, smtpUrl, masterKey, settings } = JSON.parse(readFileSync(0, 'utf8'));
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

await startWorker({
  store,
  vault,
  clock,
  mailer,
  pool,
  databaseUrl,
  redisUrl,
  dueDeeds: () => Promise.resolve([]),
  completeReset: () => Promise.resolve(),
  links: { publicUrl: 'https://reset.contoso.example', notMeToken: () => undefined, deliveryTag: () => 'tag' },
  settings,
});
