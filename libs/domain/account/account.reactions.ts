import type { Job, Origin } from '../jobs.js';
import type { AccountEvent } from './account.events.js';

export function react({ type, data }: AccountEvent, { revision }: Origin): readonly Job[] {
  if (type === 'WritebackRequested') {
    const { accountId, writebackId } = data;
    return [{ queue: 'writeback', name: 'offer-writeback', data: { accountId, revision, writebackId } }];
  }
  if (type !== 'NoticeRequested') return [];
  return [
    {
      queue: data.channel ?? 'email',
      name: 'deliver-notice',
      data: { accountId: data.accountId, revision, deliveryId: data.noticeId },
    },
  ];
}
