import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#libs/runtime/clock';
import { SimulatedDevice, type PendingApproval, type Relayed, type StoredDevice } from './simulated-device.js';

export interface ShownDevice {
  readonly deviceId: string;
  readonly user: string;
  readonly organisation: string;
  readonly name: string;
  /** Its connection is open. */
  readonly connected: boolean;
  readonly approvals: readonly PendingApproval[];
}

interface ShelfOptions {
  readonly clock: Clock;
  /** Where the product is reached. */
  readonly apiUrl: string;
  readonly dataDir?: string | undefined;
}

/** The devices of everybody in the simulated world, kept in a file if there is a folder. */
export class DeviceShelf {
  readonly #devices = new Map<string, SimulatedDevice>();
  #written: Promise<unknown> = Promise.resolve();

  private constructor(private readonly options: ShelfOptions) {}

  static async open(options: ShelfOptions): Promise<DeviceShelf> {
    const shelf = new DeviceShelf(options);
    const kept = shelf.#file && (await readFile(shelf.#file, 'utf8').catch(() => '[]'));
    for (const stored of JSON.parse(kept ?? '[]') as StoredDevice[]) {
      shelf.#add(new SimulatedDevice(stored, options.apiUrl, options.clock));
    }
    return shelf;
  }

  /** @param wish what the signed-in page shows: the address of the QR code, or the code. @throws PairingRefused */
  async pair(wish: string, name = `Simulated phone ${this.#devices.size + 1}`): Promise<ShownDevice> {
    const { apiUrl, clock } = this.options;
    const device = await SimulatedDevice.pair(apiUrl, clock, /#pair=([^&]+)/.exec(wish)?.[1] ?? wish, name);
    this.#add(device);
    await this.#save();
    return shown(device);
  }

  /** As each of them sees it now. */
  async list(): Promise<ShownDevice[]> {
    const devices = [...this.#devices.values()];
    await Promise.all(devices.map((device) => device.look()));
    return devices.map(shown);
  }

  async answer(
    deviceId: string,
    approvalId: string,
    wish: { answer: string; number?: string },
  ): Promise<Relayed | undefined> {
    return this.#devices.get(deviceId)?.answer(approvalId, wish);
  }

  async close(): Promise<void> {
    for (const device of this.#devices.values()) device.close();
    await this.#written;
  }

  #add(device: SimulatedDevice): void {
    this.#devices.set(device.stored.deviceId, device);
    void device.run();
  }

  get #file(): string | undefined {
    const { dataDir } = this.options;
    return dataDir && join(dataDir, 'outside-devices.json');
  }

  async #save(): Promise<void> {
    const file = this.#file;
    if (!file) return;
    const text = JSON.stringify([...this.#devices.values()].map(({ stored }) => stored));
    this.#written = this.#written.then(async () => {
      await writeFile(`${file}.new`, text, { mode: 0o600 });
      await rename(`${file}.new`, file);
    });
    await this.#written;
  }
}

const shown = ({ stored: { keys: _, ...device }, connected, approvals }: SimulatedDevice): ShownDevice => ({
  ...device,
  connected,
  approvals,
});
