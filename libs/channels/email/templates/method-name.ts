import type { MailLanguage } from './language.js';
import { oneLine } from './letter.js';

/** What people call a method. @param method as the interface names it, such as `email` */
export const methodName = (method = '', language: MailLanguage): string => names[language][method] ?? oneLine(method);

const names: Record<MailLanguage, Readonly<Record<string, string>>> = {
  en: {
    email: 'e-mail address',
    sms: 'mobile phone',
    'mobile-call': 'mobile phone',
    'office-call': 'office phone',
    'app-notification': 'notifications of an authenticator app',
    'app-code': 'codes of an authenticator app',
    'security-questions': 'security questions',
  },
  ja: {
    email: 'メールアドレス',
    sms: '携帯電話',
    'mobile-call': '携帯電話',
    'office-call': '会社の電話',
    'app-notification': '認証アプリの通知',
    'app-code': '認証アプリのコード',
    'security-questions': '秘密の質問',
  },
};
