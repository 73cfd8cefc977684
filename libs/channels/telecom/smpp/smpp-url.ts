export interface SmppServer {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** `system_id` and `password` of the account */
  readonly user: string;
  readonly password: string;
  /** Who a message is from: a number, or a name of up to 11 letters. */
  readonly from: string;
}

/** Reads the setting `SMPP_URL`: `smpp://user:password@host:2775?from=Sender`. The scheme was checked before. */
export function parseSmppUrl(text: string): SmppServer {
  const url = new URL(text);
  const tls = url.protocol === 'ssmpp:';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (tls ? 3550 : 2775),
    tls,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    from: url.searchParams.get('from') ?? 'Keyturn',
  };
}
