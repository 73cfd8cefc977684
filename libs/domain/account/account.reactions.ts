import type { Job, Origin } from '../jobs.js';
import type { AccountEvent } from './account.events.js';

export function react({ type, data }: AccountEvent, { revision }: Origin): readonly Job[] {
  if (type !== 'NoticeRequested') return [];
  return [
    {
      queue: data.channel ?? 'email',
      name: 'deliver-notice',
      data: { accountId: data.accountId, revision, deliveryId: data.noticeId },
    },
  ];
}
