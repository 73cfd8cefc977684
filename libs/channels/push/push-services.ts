/**
 * The push services of the browsers. Whoever may name any address could make our worker call it: an endpoint is taken
 * only on these, over HTTPS on its own port.
 */
const services: readonly RegExp[] = [
  /^([\w-]+\.)?push\.services\.mozilla\.com$/,
  /^(fcm\.googleapis\.com|jmt17\.google\.com)$/,
  /^([\w-]+\.)?push\.apple\.com$/,
  /^[\w-]+\.notify\.windows\.com$/,
];

/** Where a browser takes pushed messages (Push API), as the browser gave it. */
export interface PushSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

export function isPushService(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname, port, username, password } = new URL(endpoint);
  const plain = protocol === 'https:' && port === '' && username === '' && password === '';
  return plain && services.some((host) => host.test(hostname));
}
