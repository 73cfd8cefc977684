import type { Feature } from '../feature.js';
import { CaptchaGate } from './captcha-gate.js';
import { CreateCaptchaHandler } from './create-captcha.js';

export const captchas: Feature = {
  handlers: [CreateCaptchaHandler],
  parts: [CaptchaGate],
};
