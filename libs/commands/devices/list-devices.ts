import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AccountState } from '#libs/domain/account/account.state';
import { devicesOf } from '#libs/domain/account/devices';
import { Vault } from '#libs/vault/vault';

export interface DeviceView {
  deviceId: string;
  name: string;
  pairedAt: string;
  /** It is reached while its page is closed. */
  push: boolean;
}

/** The devices of somebody signed in. */
export class ListDevices extends Query<DeviceView[]> {
  constructor(readonly account: AccountState) {
    super();
  }
}

@QueryHandler(ListDevices)
export class ListDevicesHandler implements IQueryHandler<ListDevices> {
  constructor(private readonly vault: Vault) {}

  async execute({ account }: ListDevices): Promise<DeviceView[]> {
    const devices = devicesOf(account);
    const names = await this.vault.readAll(
      devices.map(({ deviceId }) => ({
        ref: account.methods.find(({ methodId }) => methodId === deviceId)!.contact,
        place: 'account/contact',
      })),
    );
    return devices.map(({ deviceId, push, at }, n) => ({
      deviceId,
      name: names[n]?.toString() ?? '',
      pairedAt: at,
      push: push !== null,
    }));
  }
}
