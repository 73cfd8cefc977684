import type { ReactNode } from 'react';
import type { Method } from '../api/contract.js';
import { AppIcon, CallIcon, MailIcon, PhoneIcon, QuestionIcon } from '../ui/icons.js';

export const ICONS: Record<Method, ReactNode> = {
  email: <MailIcon />,
  sms: <PhoneIcon />,
  'mobile-call': <CallIcon />,
  'office-call': <CallIcon />,
  'app-notification': <AppIcon />,
  'app-code': <AppIcon />,
  'security-questions': <QuestionIcon />,
};
