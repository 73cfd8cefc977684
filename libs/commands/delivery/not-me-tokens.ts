import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Vault } from '#libs/vault/vault';

/** Where the notice that carried the link was requested: at this revision of the account's stream. */
export interface NoticePlace {
  readonly accountId: string;
  readonly revision: number;
}

/** The token in a notice's "this was not me" link: it names the notice and proves that we mailed it to its reader. */
@Injectable()
export class NotMeTokens {
  constructor(private readonly vault: Vault) {}

  /** The same for the same notice, so that a repeated mail carries the same link. @returns 48 base64url characters */
  async of({ accountId, revision }: NoticePlace): Promise<string> {
    const place = Buffer.alloc(20);
    place.set(parse(accountId));
    place.writeUInt32BE(revision, 16);
    return Buffer.concat([place, await this.#mac(place)]).toString('base64url');
  }

  /** Whether its 72 hours have passed is the caller's question to the event found there. */
  async open(token: string): Promise<NoticePlace | undefined> {
    const bytes = Buffer.from(token, 'base64url');
    if (!/^[\w-]{48}$/.test(token) || bytes.length !== 36) return undefined;
    const place = bytes.subarray(0, 20);
    if (!timingSafeEqual(bytes.subarray(20), await this.#mac(place))) return undefined;
    return { accountId: stringify(place.subarray(0, 16)), revision: place.readUInt32BE(16) };
  }

  /** 128 bits. */
  async #mac(place: Buffer): Promise<Buffer> {
    const key = await this.vault.installationKey('not-me');
    return createHmac('sha256', key).update('keyturn/not-me/1').update(place).digest().subarray(0, 16);
  }
}
