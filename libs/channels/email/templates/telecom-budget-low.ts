import { oneLine, paragraph } from './letter.js';
import { noticeFooter } from './security-notice.js';
import { template } from './template.js';

export interface TelecomBudgetLow {
  organisation: string;
  /** `yyyy-mm` */
  month: string;
  /** messages and calls */
  reserved: number;
  budget: number;
}

/** Told to every administrator once most of a month's messages and calls are spent. */
export const telecomBudgetLow = template<TelecomBudgetLow>({
  en: ({ organisation, month, reserved, budget }) => {
    const name = oneLine(organisation);
    return {
      subject: `${name}: the budget for text messages and calls is running low`,
      preview: `${reserved} of ${budget} messages and calls of ${oneLine(month)} are spent.`,
      body: [
        paragraph(
          `Most of the text messages and calls that ${name} allows for password reset this month are spent. When none are left, people can no longer verify by phone until the month ends or the budget is raised; other ways keep working.`,
        ),
        {
          kind: 'facts',
          rows: [
            ['Month', oneLine(month)],
            ['Spent', String(reserved)],
            ['Budget', String(budget)],
          ],
        },
        paragraph('If this is more than usual, somebody may be abusing password reset: please look at the activity.'),
      ],
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: ({ organisation, month, reserved, budget }) => {
    const name = oneLine(organisation);
    return {
      subject: `【${name}】SMS・通話の今月の上限に近づいています`,
      preview: `${oneLine(month)} の上限 ${budget} 件のうち ${reserved} 件を使用しました。`,
      body: [
        paragraph(
          `${name} のパスワードリセットで利用できる今月の SMS と通話の件数が、残りわずかになりました。上限に達すると、月が替わるか上限を引き上げるまで、電話による本人確認はご利用いただけなくなります。その他の方法は引き続きご利用いただけます。`,
        ),
        {
          kind: 'facts',
          rows: [
            ['対象月', oneLine(month)],
            ['使用件数', String(reserved)],
            ['上限', String(budget)],
          ],
        },
        paragraph('通常より多い場合は、不正な利用の可能性があります。利用状況をご確認ください。'),
      ],
      footer: noticeFooter(name, 'ja'),
    };
  },
});
