import { request as open } from 'node:http';
import { Person, type Answer, type Any, type RequestOptions } from './journey';

/** A person at another address of this machine: another source, where no forwarding header is believed. */
export class PersonAt extends Person {
  /** @param address of 127.0.0.0/8 */
  constructor(
    url: string,
    readonly address: string,
    headers: Record<string, string> = {},
  ) {
    super(url, headers);
  }

  override async request(
    method: string,
    path: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<Answer<Any>> {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...this.headers,
      ...(content !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(content),
      }),
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...(options.key && { 'idempotency-key': options.key }),
      ...options.headers,
    };
    return new Promise((resolve, reject) => {
      const sent = open(
        this.url + path,
        { method, headers, localAddress: this.address, family: 4, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            const received = new Headers(
              Object.entries(response.headers).flatMap(([name, value]) =>
                value === undefined ? [] : [[name, String(value)] as [string, string]],
              ),
            );
            const json = received.get('content-type')?.includes('json');
            resolve({
              status: response.statusCode!,
              headers: received,
              text,
              body: json ? JSON.parse(text) : undefined,
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(content);
    });
  }
}
