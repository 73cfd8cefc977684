import type pg from 'pg';
import type { Mailer } from '#libs/channels/email/mailer';
import { pushTimeoutMs, type WebPush } from '#libs/channels/push/web-push';
import { Telecom } from '#libs/channels/telecom/telecom';
import { AttemptDeliveryHandler } from '#libs/commands/delivery/attempt-delivery';
import { ReceiveReceiptHandler } from '#libs/commands/delivery/receive-receipt';
import { RecordDeliveryHandler } from '#libs/commands/delivery/record-delivery';
import { CarriedCodes } from '#libs/commands/delivery/carried-codes';
import { RecoveryCodes } from '#libs/commands/delivery/recovery-codes';
import { ExpirePass, ExpirePassHandler } from '#libs/commands/helpdesk/expire-pass';
import { ExpireProposal, ExpireProposalHandler } from '#libs/commands/helpdesk/expire-proposal';
import { TelecomBudget } from '#libs/commands/telecom/telecom-budget';
import { ExpireRecoveryHandler } from '#libs/commands/recovery/expire-recovery';
import { SettleProofHandler } from '#libs/commands/recovery/settle-proof';
import { OfferWriteback, OfferWritebackHandler } from '#libs/commands/writeback/offer-writeback';
import type { SettleWritebackHandler } from '#libs/commands/writeback/settle-writeback';
import { TendWritebackHandler } from '#libs/commands/writeback/tend-writeback';
import type { DeliveryJob, Job } from '#libs/domain/jobs';
import { hours, minutes } from '#libs/domain/time';
import type { EventStore } from '#libs/eventstore/event-store';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import type { Clock } from '#libs/runtime/clock';
import { openQueues, type Queues, type QueueSettings } from '#libs/runtime/queues';
import type { ReportLags } from '#libs/runtime/report-lags';
import type { Vault } from '#libs/vault/vault';
import { DecoyReports } from './decoy-reports.js';
import { DueLoop, type Chore, type DueOptions } from './due.js';
import { EmailProcessor } from './email.processor.js';
import { refusal } from './job-shapes.js';
import { Letters, type Links } from './letters.js';
import { oneAtATime } from './one-at-a-time.js';
import { PushProcessor } from './push.processor.js';
import { reconciler, type ReconcilerOptions } from './reconciler.js';
import { PhoneMessages } from './phone-messages.js';
import { Reactor } from './reactor.js';
import { CheckpointRefused, ReactorCheckpoint } from './reactor-checkpoint.js';
import { TelecomProcessor } from './telecom.processor.js';

export interface WorkerDependencies {
  store: EventStore;
  vault: Vault;
  clock: Clock;
  mailer: Mailer;
  /** Without it devices hear of what waits for them over their open connections alone. */
  webPush?: WebPush | undefined;
  /** Carries text messages and calls; without it there are none. */
  telecom?: Telecom;
  /** How reports of messages lately looked; without it those of messages to nobody are left out. */
  reportLags?: ReportLags;
  pool: pg.Pool;
  databaseUrl: string;
  /** The queues lie in Redis when given, in the PostgreSQL of `databaseUrl` otherwise. */
  redisUrl?: string | undefined;
  /** What is due, from the read model `open-deeds`. */
  dueDeeds: DueOptions['dueDeeds'];
  completeReset: (recoveryId: string) => Promise<unknown>;
  correctOutcome: ReconcilerOptions['correctOutcome'];
  carryAlert: ReconcilerOptions['carryAlert'];
  settleWriteback: Pick<SettleWritebackHandler, 'execute'>;
  carryTelecomWarning: ReconcilerOptions['carryTelecomWarning'];
  links: Links;
  chores?: readonly Chore[];
  settings?: Partial<WorkerSettings>;
  signals?: Partial<WorkerSignals>;
}

/** Milliseconds, unless said otherwise. */
export interface WorkerSettings {
  /** How long a delivery is left to the one who tries it; longer than a mail may take. */
  leaseMs: number;
  /** Mails under way at a time. */
  concurrency: number;
  /** What happened longer ago asks nothing of anybody any more. */
  maxAgeMs: number;
  saveCheckpointEveryMs: number;
  lookForDueEveryMs: number;
  queues: Partial<QueueSettings>;
}

/** What somebody should hear about. */
export interface WorkerSignals {
  /** Trouble that is tried again by itself. */
  onError: (error: Error) => void;
  /** A job ended without being done; the reconciler makes a new one. */
  onFailed: (queue: Job['queue'], name: string, reason: string) => void;
  /** An event nobody could react to; it was passed over. */
  onAlarm: (event: StoredEvent, error: Error) => void;
}

export interface RunningWorker {
  /** @throws when the queues do not answer */
  ready(): Promise<void>;
  /** Does what is due by the clock now. @returns how many deeds were handled */
  runDue(): Promise<number>;
  readonly queues: Queues<Job>;
  readonly reactor: Reactor;
  /** Ends by itself only when the worker must not go on: with a sentence. */
  readonly ended: Promise<void>;
  /** Lets mails under way end; everything else goes on at the next start. */
  close(): Promise<void>;
}

export const workerDefaults: WorkerSettings = {
  leaseMs: 30_000,
  concurrency: 16,
  maxAgeMs: hours(24),
  saveCheckpointEveryMs: 500,
  lookForDueEveryMs: 1_000,
  queues: {},
};

/** @throws with a sentence when the worker must not start */
export async function startWorker(dependencies: WorkerDependencies): Promise<RunningWorker> {
  const { store, clock, databaseUrl, redisUrl, pool } = dependencies;
  const settings = { ...workerDefaults, ...dependencies.settings };
  const { onError, onFailed, onAlarm } = { ...silent, ...dependencies.signals };

  const checkpoint = new ReactorCheckpoint(pool, 'reactor');
  await checkpoint.migrate();
  await checkpoint.resume(await store.identity(), await store.head());
  const email = emailProcessor(dependencies, settings.leaseMs);
  const phone = telecomProcessors(dependencies, settings.leaseMs, onError);
  const queues = await openQueues<Job>({
    redisUrl,
    databaseUrl,
    refusal,
    settings: settings.queues,
    onError,
    onFailed,
  });
  const { maxAgeMs, saveCheckpointEveryMs: saveEveryMs } = settings;
  const reactor = new Reactor({ store, queues, checkpoint, clock, maxAgeMs, saveEveryMs, onAlarm, onError });
  const proposals = new ExpireProposalHandler(store, clock);
  const passes = new ExpirePassHandler(store, clock);
  const offers = new OfferWritebackHandler(store, clock);
  const due = new DueLoop({
    dueDeeds: dependencies.dueDeeds,
    handle: reconciler({
      queues,
      expire: new ExpireRecoveryHandler(store, clock),
      settle: new SettleProofHandler(store, clock),
      completeReset: dependencies.completeReset,
      correctOutcome: dependencies.correctOutcome,
      carryAlert: dependencies.carryAlert,
      expireProposal: ({ accountId, caseId, proposalId }) =>
        proposals.execute(new ExpireProposal(accountId, caseId, proposalId)),
      expirePass: ({ accountId, caseId, passId }) => passes.execute(new ExpirePass(accountId, caseId, passId)),
      tendWriteback: new TendWritebackHandler(store, offers, dependencies.settleWriteback, clock),
      carryTelecomWarning: dependencies.carryTelecomWarning,
    }),
    chores: [...housekeeping(dependencies), ...(dependencies.chores ?? [])],
    clock,
    everyMs: settings.lookForDueEveryMs,
    onError,
  });
  const push = pushProcessor(dependencies, settings.leaseMs);
  const { concurrency } = settings;
  const carriers = [
    queues.worker('email', deliveries(email), { concurrency }),
    queues.worker('sms', deliveries(phone.sms), { concurrency }),
    queues.worker('voice', deliveries(phone.voice), { concurrency }),
    queues.worker('push', deliveries(push), { concurrency }),
    queues.worker('writeback', (job) => offerWriteback(offers, job), { concurrency }),
  ];

  const stopping = new AbortController();
  const isFatal = (error: Error) => error instanceof CheckpointRefused;
  const dispatching = { databaseUrl, name: 'dispatch', signal: stopping.signal, onError, isFatal };
  const ended = oneAtATime(dispatching, (signal) => together(signal, [reactor, due]));
  ended.catch(onError);

  return {
    queues,
    reactor,
    ended,
    runDue: () => due.runDue(),
    ready: () => queues.ready(),
    async close() {
      stopping.abort();
      await ended.catch(() => undefined);
      phone.sms.close();
      phone.voice.close();
      await Promise.all(carriers.map((carrier) => carrier.close()));
      await queues.close();
    },
  };
}

/** Each runs until the signal aborts; when one fails, the others are stopped too. */
async function together(
  signal: AbortSignal,
  loops: readonly { run(signal: AbortSignal): Promise<void> }[],
): Promise<void> {
  const failed = new AbortController();
  const running = loops.map((loop) => loop.run(AbortSignal.any([signal, failed.signal])));
  try {
    await Promise.all(running);
  } finally {
    failed.abort();
    await Promise.allSettled(running);
  }
}

const deliveries =
  (processor: { process(job: DeliveryJob, jobId: string): Promise<void> }) =>
  async (job: Job, jobId: string): Promise<void> => {
    if (job.name !== 'offer-writeback') await processor.process(job, jobId);
  };

/** Its job ends here: an agent takes what is offered when it asks. */
async function offerWriteback(offers: OfferWritebackHandler, job: Job): Promise<void> {
  if (job.name !== 'offer-writeback') return;
  const { accountId, revision, writebackId } = job.data;
  await offers.execute(new OfferWriteback(accountId, revision, writebackId));
}

function emailProcessor({ store, vault, clock, mailer, links }: WorkerDependencies, leaseMs: number) {
  const attempts = new AttemptDeliveryHandler(store, clock);
  const records = new RecordDeliveryHandler(store, clock);
  const letters = new Letters(store, vault, new RecoveryCodes(vault), new CarriedCodes(vault), links, clock);
  return new EmailProcessor(attempts, records, letters, mailer, clock, leaseMs);
}

function pushProcessor({ store, vault, clock, webPush }: WorkerDependencies, leaseMs: number) {
  if (webPush && leaseMs <= pushTimeoutMs) {
    throw new Error(`A delivery's lease (${leaseMs} ms) must be longer than a push may take (${pushTimeoutMs} ms).`);
  }
  const attempts = new AttemptDeliveryHandler(store, clock);
  const records = new RecordDeliveryHandler(store, clock);
  return new PushProcessor({ attempts, records, store, vault, clock, webPush, leaseMs });
}

function telecomProcessors(dependencies: WorkerDependencies, leaseMs: number, onError: (error: Error) => void) {
  const { store, vault, clock, telecom = new Telecom([]), reportLags } = dependencies;
  const attempts = new AttemptDeliveryHandler(store, clock);
  const records = new RecordDeliveryHandler(store, clock);
  const budget = new TelecomBudget(store, clock);
  const messages = new PhoneMessages(store, vault, new RecoveryCodes(vault), new CarriedCodes(vault), clock);
  const processor = (channel: 'sms' | 'voice') =>
    new TelecomProcessor({
      ...{ channel, attempts, records, messages, telecom, budget, clock, leaseMs },
      decoyReports: reportLags && reports(channel, reportLags),
    });
  const reports = (channel: 'sms' | 'voice', lags: ReportLags): DecoyReports =>
    new DecoyReports(channel, lags, new ReceiveReceiptHandler(store, lags, clock), onError);
  return { sms: processor('sms'), voice: processor('voice') };
}

const housekeeping = ({ vault }: WorkerDependencies): Chore[] => [
  { name: 'destroy-due-keys', everyMs: minutes(5), run: () => vault.destroyDueKeys() },
  { name: 'destroy-expired-values', everyMs: minutes(1), run: () => vault.destroyExpired() },
];

const silent: WorkerSignals = { onError: () => {}, onFailed: () => {}, onAlarm: () => {} };
