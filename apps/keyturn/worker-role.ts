import { ResetNotices } from '#libs/commands/recovery/reset-notices';
import { SettleWritebackHandler } from '#libs/commands/writeback/settle-writeback';
import { WritebackNotices } from '#libs/commands/writeback/writeback-notices';
import { WatchAgents } from '#libs/commands/agents/watch-agents';
import { TellAdministrators } from '#libs/commands/helpdesk/tell-administrators';
import type { Logger } from 'pino';
import { readBounces } from '#apps/worker/bounce-spool';
import type { Chore } from '#apps/worker/due';
import { startWorker, type RunningWorker, type WorkerSettings } from '#apps/worker/worker';
import type { ReturnedMail } from '#libs/channels/email/delivery-status';
import { createMailer } from '#libs/channels/email/mailer';
import { WebPush } from '#libs/channels/push/web-push';
import { openTelecom } from '#libs/channels/telecom/open-telecom';
import type { TryRef } from '#libs/channels/telecom/try-ref';
import { ReceiveReceipt, ReceiveReceiptHandler } from '#libs/commands/delivery/receive-receipt';
import type { Receipt } from '#libs/domain/delivery/delivery';
import { SentMessages } from '#libs/runtime/sent-messages';
import { settleNames } from '#libs/commands/accounts/settle-names';
import { ReceiveBounce, ReceiveBounceHandler } from '#libs/commands/delivery/receive-bounce';
import { raiseAlarms } from '#libs/commands/alarm/raise-alarms';
import { warnOfExpiry } from '#libs/commands/accounts/warn-of-expiry';
import type { Infrastructure } from '#libs/commands/infrastructure';
import { Administrators } from '#libs/commands/helpdesk/administrators';
import { CarryAlert, CarryAlertHandler } from '#libs/commands/helpdesk/carry-alert';
import { CorrectOutcome, CorrectOutcomeHandler } from '#libs/commands/not-me/correct-outcome';
import { CompleteReset, CompleteResetHandler } from '#libs/commands/recovery/complete-reset';
import { DestroySuperseded } from '#libs/commands/retention/destroy-superseded';
import { CarryTelecomWarningHandler } from '#libs/commands/telecom/carry-telecom-warning';
import { ReadModelDomains } from '#libs/commands/tenants/read-model-domains';
import { Tenants } from '#libs/commands/tenants/tenants';
import { categories } from '#libs/domain/events';
import { hours, minutes, seconds } from '#libs/domain/time';
import { subscribe } from '#libs/eventstore/subscription';
import { dueDeeds } from '#libs/readmodels/open-deeds';
import { startProjector, type Projector } from '#libs/readmodels/projector';
import type { Settings } from '#libs/runtime/settings';
import type { Closing } from './closing.js';

export interface WorkerRoleOptions {
  readonly infrastructure: Infrastructure;
  readonly settings: Pick<Settings, 'redisUrl' | 'mailFrom' | 'vapid' | 'telecom' | 'publicUrl' | 'bouncesDir'>;
  readonly databaseUrl: string;
  readonly smtpUrl: string;
  readonly logger: Logger;
  readonly workerSettings?: Partial<WorkerSettings>;
}

/** Turns events into rows. */
export async function startProjecting(
  { store, pool }: Infrastructure,
  logger: Logger,
  closing: Closing,
): Promise<Projector> {
  const projector = await startProjector({
    pool,
    events: (from, signal) =>
      subscribe(store, { prefixes: categories.map((c) => `${c}-`), signal, ...(from === undefined ? {} : { from }) }),
    log: { identity: () => store.identity(), head: () => store.head() },
    onParked: (parked) => logger.error({ parked }, 'a stream is parked: the read model is incomplete'),
    onTrouble: (error) => logger.warn({ err: error }, 'the projector tries again'),
  });
  closing.add('projector', () => projector.close());
  return projector;
}

/** Looks every two seconds for mails that came back. */
function bounceChore(folder: string, { store, tokens, reportLags, clock }: Infrastructure, logger: Logger): Chore {
  const bounces = new ReceiveBounceHandler(store, tokens, new ReceiveReceiptHandler(store, reportLags, clock), clock);
  const receive = (returned: ReturnedMail) => bounces.execute(new ReceiveBounce(returned));
  const onError = (error: Error) => logger.warn({ err: error }, 'a returned mail is looked at again');
  return { name: 'read-bounces', everyMs: seconds(2), run: () => readBounces({ folder, receive, onError }) };
}

/** Turns events into mails and timers into commands. */
export async function startWorking(options: WorkerRoleOptions, closing: Closing): Promise<RunningWorker> {
  const { infrastructure, settings, databaseUrl, smtpUrl, logger } = options;
  const { store, vault, clock, pool, readModels, captchas, limiter, slots, tokens, agentPolls } = infrastructure;
  const mailer = createMailer({ smtpUrl, from: settings.mailFrom, clock });
  closing.add('mailer', () => mailer.close());
  await SentMessages.migrate(pool);
  const sent = new SentMessages<TryRef>(pool, 'smpp', clock);
  const receipts = new ReceiveReceiptHandler(store, infrastructure.reportLags, clock);
  const onReceipt = (ref: TryRef, result: Receipt['result']) =>
    receipts.execute(new ReceiveReceipt(ref, result, 'smpp'));
  const telecom = openTelecom(settings.telecom, settings.publicUrl, { sent, onReceipt });
  closing.add('telecom', () => telecom.close());
  const tenants = new Tenants(store, new ReadModelDomains(readModels));
  const notices = new ResetNotices(tenants);
  const resets = new CompleteResetHandler(store, notices, clock);
  const settleWriteback = new SettleWritebackHandler(store, new WritebackNotices(notices, clock), vault, clock);
  const corrections = new CorrectOutcomeHandler(store, clock);
  const administrators = new TellAdministrators(store, new Administrators(readModels), clock);
  const warnings = new CarryTelecomWarningHandler(store, administrators, clock);
  const alerts = new CarryAlertHandler(store, administrators, clock);
  const retention = new DestroySuperseded(infrastructure, tenants);
  const agents = new WatchAgents(store, agentPolls, administrators, clock);
  const worker = await startWorker({
    store,
    vault,
    clock,
    mailer,
    webPush: webPushOf(settings),
    telecom,
    reportLags: infrastructure.reportLags,
    pool,
    databaseUrl,
    redisUrl: settings.redisUrl,
    dueDeeds: (now, limit) => dueDeeds(readModels, now, limit),
    completeReset: (recoveryId) => resets.execute(new CompleteReset(recoveryId)),
    correctOutcome: (recoveryId) => corrections.execute(new CorrectOutcome(recoveryId)),
    settleWriteback,
    carryTelecomWarning: (tenantId, month) => warnings.execute(tenantId, month),
    carryAlert: (accountId, revision) => alerts.execute(new CarryAlert(accountId, revision)),
    links: { publicUrl: settings.publicUrl.href, notMeToken: tokens.notMeToken, deliveryTag: tokens.deliveryTag },
    chores: [
      ...(settings.bouncesDir === undefined ? [] : [bounceChore(settings.bouncesDir, infrastructure, logger)]),
      {
        name: 'raise-alarms',
        everyMs: minutes(1),
        run: () => raiseAlarms({ ...infrastructure, administrators }, guessing(logger)),
      },
      { name: 'warn-of-expiry', everyMs: hours(1), run: () => warnOfExpiry(infrastructure, tenants) },
      { name: 'destroy-superseded', everyMs: minutes(1), run: () => retention.run() },
      { name: 'watch-agents', everyMs: seconds(10), run: () => agents.run() },
      { name: 'sweep-captchas', everyMs: hours(1), run: () => captchas.sweep() },
      { name: 'settle-names', everyMs: minutes(5), run: () => settleNames(infrastructure) },
      { name: 'sweep-sent-messages', everyMs: hours(1), run: () => sent.sweep() },
      { name: 'sweep-rate-limits', everyMs: hours(1), run: () => limiter.sweep() },
      { name: 'sweep-open-slots', everyMs: hours(1), run: () => slots.sweep() },
      { name: 'sweep-used-keys', everyMs: hours(1), run: () => infrastructure.usedKeys.sweep() },
    ],
    ...(options.workerSettings && { settings: options.workerSettings }),
    signals: {
      onError: (error) => logger.warn({ err: error }, 'the worker tries again'),
      onFailed: (queue, name, reason) => logger.error({ queue, job: name, reason }, 'a job ended without being done'),
      onAlarm: ({ type, stream }, error) => logger.error({ err: error, type, stream }, 'an event was passed over'),
    },
  });
  closing.add('worker', () => worker.close());
  // Mails would go on, but nothing would ask for new ones: better not to run at all.
  worker.ended.catch((error: unknown) => {
    logger.fatal({ err: error }, 'the worker must not go on');
    process.kill(process.pid, 'SIGTERM');
  });
  return worker;
}

const guessing =
  (logger: Logger) =>
  (tries: object): void =>
    logger.error(tries, 'somebody may be guessing at many accounts of this installation');

/** Push services want to know whom to turn to. */
function webPushOf({ vapid, publicUrl, mailFrom }: WorkerRoleOptions['settings']): WebPush | undefined {
  const address = /<([^>]+)>/.exec(mailFrom)?.[1] ?? mailFrom;
  return (
    vapid &&
    new WebPush({ ...vapid, subject: publicUrl.protocol === 'https:' ? publicUrl.origin : `mailto:${address}` })
  );
}
