import type { ExecutionContext } from '@nestjs/common';
import { MetricsAccess, MetricsGuard } from './metrics.guard.js';

const token = 'bWV0cmljcy1vZi1hLXRoaXJ0eS10d28tYml0';

function asked(access: string | undefined, ip: string, headers: Record<string, string> = {}): string {
  const context = { switchToHttp: () => ({ getRequest: () => ({ ip, headers }) }) } as unknown as ExecutionContext;
  try {
    return String(new MetricsGuard(new MetricsAccess(access)).canActivate(context));
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('metrics', () => {
  it.each(['127.0.0.1', '127.3.2.1', '::1', '::ffff:127.0.0.1'])('without a token: are told to %s', (ip) => {
    expect(asked(undefined, ip)).toBe('true');
  });

  it.each(['192.0.2.7', '10.0.0.1', '2001:db8::1', '::ffff:192.0.2.7'])('without a token: not to %s', (ip) => {
    expect(asked(undefined, ip)).toBe('metrics-token-invalid');
  });

  it('without a token: to nobody for whom a proxy of this machine asks', () => {
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'x-forwarded-host']) {
      expect(asked(undefined, '127.0.0.1', { [name]: '127.0.0.1' })).toBe('metrics-token-invalid');
    }
  });

  it('with a token: to whoever has it, from anywhere, and to nobody else', () => {
    expect(asked(token, '192.0.2.7', { authorization: `Bearer ${token}` })).toBe('true');
    for (const authorization of ['', `Bearer ${token.slice(1)}`, `Bearer ${token}x`, `Basic ${token}`]) {
      expect(asked(token, '127.0.0.1', { authorization })).toBe('metrics-token-invalid');
    }
  });
});
