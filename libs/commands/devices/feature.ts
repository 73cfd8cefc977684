import type { Feature } from '../feature.js';
import { AnswerApprovalHandler } from './answer-approval.js';
import { AuthenticateDeviceHandler } from './authenticate-device.js';
import { ListApprovalsHandler } from './list-approvals.js';
import { ListDevicesHandler } from './list-devices.js';
import { OfferPairingHandler } from './offer-pairing.js';
import { PairDeviceHandler } from './pair-device.js';
import { RemoveDeviceHandler } from './remove-device.js';
import { SubscribePushHandler } from './subscribe-push.js';

export const devices: Feature = {
  handlers: [
    AnswerApprovalHandler,
    AuthenticateDeviceHandler,
    ListApprovalsHandler,
    ListDevicesHandler,
    OfferPairingHandler,
    PairDeviceHandler,
    RemoveDeviceHandler,
    SubscribePushHandler,
  ],
  parts: [],
};
