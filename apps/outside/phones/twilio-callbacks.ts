import twilio from 'twilio';

/** Tells a customer of Twilio what happened, signed as Twilio signs. */
export class TwilioCallbacks {
  constructor(private readonly authToken: string) {}

  /** @returns what was answered, or undefined when nothing was */
  async post(url: string, fields: Readonly<Record<string, string>>): Promise<string | undefined> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'X-Twilio-Signature': twilio.getExpectedTwilioSignature(this.authToken, url, fields) },
        body: new URLSearchParams(fields),
        redirect: 'error',
        signal: AbortSignal.timeout(10_000),
      });
      return response.ok ? await response.text() : undefined;
    } catch {
      return undefined;
    }
  }

  /** Reports several things about one message or call, each when the one before was answered. */
  async report(url: string | undefined, reports: readonly Readonly<Record<string, string>>[]): Promise<void> {
    if (!url) return;
    for (const fields of reports) await this.post(url, fields);
  }
}
