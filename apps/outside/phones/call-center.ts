import type { PhoneFaults } from './phone-faults.js';
import { takeFault } from './phone-faults.js';
import type { PhoneCall, Phones } from './phones.js';
import { runTwiml, type Script } from './twiml.js';
import type { TwilioCallbacks } from './twilio-callbacks.js';

interface Line {
  readonly call: PhoneCall;
  readonly sid: string;
  readonly url: string;
  readonly statusUrl: string | undefined;
  readonly doubled: boolean;
  readonly disordered: boolean;
  gather: Script['gather'];
  noAnswer: NodeJS.Timeout;
}

/** Lets phones ring, and carries out what the caller's TwiML says once somebody picks up. */
export class CallCenter {
  readonly #lines = new Map<string, Line>();

  constructor(
    private readonly phones: Phones,
    private readonly callbacks: TwilioCallbacks,
    private readonly faults: PhoneFaults,
  ) {}

  dial(sid: string, fields: Readonly<Record<string, string>>): void {
    const { From = '', To = '', Url = '', StatusCallback, Timeout = '60' } = fields;
    const call = this.phones.ring(From, To);
    const line: Line = {
      call,
      sid,
      url: Url,
      statusUrl: StatusCallback,
      doubled: takeFault(this.faults, 'duplicate'),
      disordered: takeFault(this.faults, 'disorder'),
      gather: undefined,
      noAnswer: setTimeout(() => void this.#end(line, 'no-answer'), Number(Timeout) * 1_000).unref(),
    };
    this.#lines.set(call.callId, line);
    if (takeFault(this.faults, 'undeliverable')) void this.#end(line, 'busy');
    else void this.#report(line, 'ringing');
  }

  /** Picks up, if it still rings. @returns the call, or undefined when there is none to answer */
  async answer(callId: string): Promise<PhoneCall | undefined> {
    const line = this.#lines.get(callId);
    if (!line || line.call.state !== 'ringing') return line?.call;
    clearTimeout(line.noAnswer);
    line.call.state = 'answered';
    // Told in the wrong order, the end comes first.
    await this.#report(line, line.disordered ? 'completed' : 'in-progress');
    await this.#follow(line, await this.callbacks.post(line.url, this.#fields(line, 'in-progress')));
    return line.call;
  }

  /** Picks up and presses keys, one after the other. @returns undefined when no such call goes on */
  async press(callId: string, keys: string): Promise<PhoneCall | undefined> {
    const call = await this.answer(callId);
    const line = this.#lines.get(callId);
    if (!call || !line || call.state === 'ended') return undefined;
    for (const key of keys) {
      if (!line.gather || line.gather.finishOnKey.includes(key)) continue;
      const fields = { ...this.#fields(line, 'in-progress'), Digits: key, FinishedOnKey: '' };
      const url = new URL(line.gather.action, line.url).href;
      const answers = [await this.callbacks.post(url, fields)];
      if (line.doubled) answers.push(await this.callbacks.post(url, fields));
      await this.#follow(line, answers[0]);
    }
    return call;
  }

  async hangUp(callId: string): Promise<PhoneCall | undefined> {
    const line = this.#lines.get(callId);
    if (line) await this.#end(line, line.call.state === 'ringing' ? 'busy' : 'completed');
    return line?.call;
  }

  close(): void {
    for (const { noAnswer } of this.#lines.values()) clearTimeout(noAnswer);
    this.#lines.clear();
  }

  async #follow(line: Line, twiml: string | undefined): Promise<void> {
    const { spoken, gather } = runTwiml(twiml ?? '');
    line.call.spoken.push(...spoken);
    line.gather = gather;
    if (!gather) await this.#end(line, 'completed');
  }

  async #end(line: Line, status: 'completed' | 'no-answer' | 'busy'): Promise<void> {
    clearTimeout(line.noAnswer);
    if (line.call.state === 'ended') return;
    line.call.state = 'ended';
    this.#lines.delete(line.call.callId);
    await this.#report(line, line.disordered && status === 'completed' ? 'in-progress' : status);
  }

  async #report(line: Line, status: string): Promise<void> {
    const fields = this.#fields(line, status);
    await this.callbacks.report(line.statusUrl, line.doubled ? [fields, fields] : [fields]);
  }

  #fields({ sid, call }: Line, status: string): Record<string, string> {
    return { CallSid: sid, CallStatus: status, From: call.from, To: call.to, Direction: 'outbound-api' };
  }
}
