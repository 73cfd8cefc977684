import { isPushService } from './push-services.js';

describe('where push messages may be sent', () => {
  it.each([
    'https://updates.push.services.mozilla.com/wpush/v2/gAAAA',
    'https://fcm.googleapis.com/fcm/send/abc:def',
    'https://web.push.apple.com/QGuQ',
    'https://wns2-by3p.notify.windows.com/w/?token=abc',
  ])('%s', (endpoint) => expect(isPushService(endpoint)).toBe(true));

  it.each([
    'http://fcm.googleapis.com/fcm/send/abc',
    'https://fcm.googleapis.com:8443/fcm/send/abc',
    'https://user:secret@fcm.googleapis.com/fcm/send/abc',
    'https://fcm.googleapis.com.attacker.example/fcm/send/abc',
    'https://attackerpush.apple.com.example/x',
    'https://evil-push.services.mozilla.com.example/x',
    'https://127.0.0.1/fcm.googleapis.com',
    'https://169.254.169.254/latest/meta-data',
    'https://notify.windows.com/x',
    'https://[::1]/x',
    'file:///etc/passwd',
    'fcm.googleapis.com',
    '',
  ])('never %s', (endpoint) => expect(isPushService(endpoint)).toBe(false));
});
