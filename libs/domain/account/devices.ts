import { RuleViolation } from '../decider.js';
import { isBefore, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountState } from './account.state.js';
import { refuseMethodChanges } from './disputes.js';
import { existing } from './lifecycle.js';
import { requested, type Notice } from './notices.js';
import type { Part } from './part.js';
import { registered, type RegistrationFacts } from './registrations.js';

/** A phone or browser whose key answers for the account's owner. */
export interface Device {
  readonly deviceId: string;
  /** Its public key. */
  readonly key: VaultRef;
  /** Where a push service takes messages for it, if it named one. */
  readonly push: VaultRef | null;
  readonly at: Instant;
}

export type ApprovalAnswer = 'approved' | 'wrong' | 'denied';

/** A challenge put to all devices of the account; the first answer is the only one. */
export interface Approval {
  readonly challengeId: string;
  readonly recoveryId: string;
  readonly expiresAt: Instant;
  readonly at: Instant;
  readonly answer?: ApprovalAnswer;
}

export interface Devices {
  readonly devices: readonly Device[];
  readonly approvals: readonly Approval[];
}

interface Paired {
  deviceId: string;
  key: VaultRef;
  push?: VaultRef;
}

interface Asked {
  recoveryId: string;
  challengeId: string;
  expiresAt: Instant;
}

interface Answered {
  challengeId: string;
  deviceId: string;
  answer: ApprovalAnswer;
  /** What the device signed, and its signature. */
  proof: VaultRef;
}

export interface DeviceCommands {
  /** `name`: what its owner calls it. `epoch`: the account's when the pairing was offered. */
  PairDevice: Paired & {
    name: VaultRef;
    epoch: number;
    registration: RegistrationFacts;
    notices: readonly Notice[];
    now: Instant;
  };
  RemoveDevice: { deviceId: string; notices: readonly Notice[]; now: Instant };
  SubscribePush: { deviceId: string; push: VaultRef; now: Instant };
  /** `push`: the subscription that ended; another one stays. */
  UnsubscribePush: { deviceId: string; push: VaultRef; why: 'gone' | 'by-device'; now: Instant };
  AskApproval: Asked & { now: Instant };
  AnswerApproval: Answered & { now: Instant };
}

export interface DeviceEvents {
  DevicePaired: Paired & { accountId: string; epoch: number; at: Instant };
  DeviceRemoved: { accountId: string; deviceId: string; epoch: number; at: Instant };
  PushSubscribed: { accountId: string; deviceId: string; push: VaultRef; at: Instant };
  /** `gone`: its push service knows it no more. */
  PushUnsubscribed: { accountId: string; deviceId: string; why: 'gone' | 'by-device'; at: Instant };
  ApprovalAsked: Asked & { accountId: string; at: Instant };
  ApprovalAnswered: Answered & { accountId: string; recoveryId: string; at: Instant };
}

export const noDevices: Devices = { devices: [], approvals: [] };

export const mostDevices = 5;
/** More than can be open at a time. */
const approvalsKept = 20;

export const devices: Part<DeviceCommands, DeviceEvents> = {
  decide: {
    PairDevice({ deviceId, key, push, name, epoch: known, registration, notices, now: at }, state) {
      const accountId = existing(state);
      if (deviceOf(state, deviceId)) return [];
      // Whatever changed the account meanwhile ended the offer, as it ends every outstanding code.
      if (state.disabled || state.epoch !== known) throw new RuleViolation('pairing-invalid');
      if (devicesOf(state).length >= mostDevices) throw new RuleViolation('too-many-devices');
      const epoch = state.epoch + 1;
      const registers = { methods: [{ methodId: deviceId, method: 'app-notification' }] } as const;
      return [
        { type: 'DevicePaired', data: { accountId, deviceId, key, ...(push && { push }), epoch, at } },
        ...registered(registers, name, registration, state, at),
        ...requested(notices, state, at),
      ];
    },
    RemoveDevice({ deviceId, notices, now: at }, state) {
      if (!deviceOf(state, deviceId)) return [];
      refuseMethodChanges(state);
      const removed = { accountId: existing(state), deviceId, epoch: state.epoch + 1, at };
      return [{ type: 'DeviceRemoved', data: removed }, ...requested(notices, state, at)];
    },
    SubscribePush({ deviceId, push, now: at }, state) {
      if (!deviceOf(state, deviceId)) throw new RuleViolation('device-invalid');
      return [{ type: 'PushSubscribed', data: { accountId: existing(state), deviceId, push, at } }];
    },
    UnsubscribePush({ deviceId, push, why, now: at }, state) {
      if (deviceOf(state, deviceId)?.push?.ref !== push.ref) return [];
      return [{ type: 'PushUnsubscribed', data: { accountId: existing(state), deviceId, why, at } }];
    },
    AskApproval({ now: at, ...asked }, state) {
      if (devicesOf(state).length === 0 || approvalOf(state, asked.challengeId)) return [];
      return [{ type: 'ApprovalAsked', data: { accountId: existing(state), ...asked, at } }];
    },
    AnswerApproval({ now: at, ...answered }, state) {
      const accountId = existing(state);
      if (!deviceOf(state, answered.deviceId)) throw new RuleViolation('device-invalid');
      const approval = approvalOf(state, answered.challengeId);
      if (!approval || approval.answer || !isBefore(at, approval.expiresAt)) throw new RuleViolation('approval-closed');
      return [{ type: 'ApprovalAnswered', data: { accountId, recoveryId: approval.recoveryId, ...answered, at } }];
    },
  },
  evolve: {
    DevicePaired: (state, { deviceId, key, push = null, epoch, at }) => ({
      ...state,
      devices: [...state.devices.filter((device) => device.deviceId !== deviceId), { deviceId, key, push, at }],
      epoch,
    }),
    DeviceRemoved: (state, { deviceId, epoch, at }) => ({
      ...state,
      devices: state.devices.filter((device) => device.deviceId !== deviceId),
      methods: state.methods.filter(({ methodId }) => methodId !== deviceId),
      methodsLeftAt: at,
      epoch,
    }),
    PushSubscribed: (state, { deviceId, push }) => withPush(state, deviceId, push),
    PushUnsubscribed: (state, { deviceId }) => withPush(state, deviceId, null),
    ApprovalAsked: (state, { accountId: _, ...asked }) => ({
      ...state,
      approvals: [...state.approvals.filter(({ expiresAt }) => isBefore(asked.at, expiresAt)), asked].slice(
        -approvalsKept,
      ),
    }),
    ApprovalAnswered: (state, { challengeId, answer }) => ({
      ...state,
      approvals: state.approvals.map((one) => (one.challengeId === challengeId ? { ...one, answer } : one)),
    }),
  },
};

/** Those that may answer: a device whose method was taken off the account is none any more. */
export const devicesOf = ({ devices, methods }: AccountState): readonly Device[] =>
  devices.filter(({ deviceId }) => methods.some(({ methodId }) => methodId === deviceId));

export const deviceOf = (state: AccountState, deviceId: string): Device | undefined =>
  devicesOf(state).find((device) => device.deviceId === deviceId);

export const approvalOf = ({ approvals }: AccountState, challengeId: string): Approval | undefined =>
  approvals.find((approval) => approval.challengeId === challengeId);

/** What still waits for an answer, newest first. */
export const pendingApprovals = ({ approvals }: AccountState, now: Instant): readonly Approval[] =>
  approvals.filter(({ answer, expiresAt }) => !answer && isBefore(now, expiresAt)).toReversed();

const withPush = (state: AccountState, deviceId: string, push: VaultRef | null): AccountState => ({
  ...state,
  devices: state.devices.map((device) => (device.deviceId === deviceId ? { ...device, push } : device)),
});
