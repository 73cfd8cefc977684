// Shows that something waits for an answer; what it is, the page asks the server, signed by the device's key.
const texts = {
  en: { title: 'Is that you?', body: 'Somebody wants to get into your account. Open to answer.' },
  ja: { title: 'ご本人の操作ですか?', body: 'アカウントの確認の依頼が届いています。開いて回答してください。' },
};

self.addEventListener('push', (event) => {
  const { title, body } = texts[navigator.language.startsWith('ja') ? 'ja' : 'en'];
  event.waitUntil(
    self.registration.showNotification(title, { body, icon: '/keyturn.svg', tag: 'approval', renotify: true }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then((pages) => {
      const open = pages.find((page) => new URL(page.url).pathname === '/device');
      return open ? open.focus() : self.clients.openWindow('/device');
    }),
  );
});
