import type { Method } from '../api/contract.js';
import { CodeStep } from './code-step.js';
import { ConfirmElsewhereStep } from './confirm-elsewhere-step.js';
import { QuestionsStep } from './questions-step.js';
import { useRecovery } from './use-recovery.js';

export interface ChallengeStepProps {
  /** full addresses typed in this tab, by method */
  contacts: Partial<Record<Method, string>>;
  onOtherWay: () => void;
  onCancel: () => void;
  onContactAdministrator: () => void;
}

/** The challenge under way: something to type, questions, or something to do on another device. */
export function ChallengeStep(props: ChallengeStepProps) {
  const { challenge } = useRecovery().view;
  switch (challenge?.method) {
    case undefined:
      return null;
    case 'email':
    case 'sms':
    case 'app-code':
      return <CodeStep {...props} challenge={challenge!} digits={challenge!.method === 'email' ? 8 : 6} />;
    case 'security-questions':
      return <QuestionsStep {...props} challenge={challenge!} />;
    default:
      return <ConfirmElsewhereStep {...props} challenge={challenge!} />;
  }
}
