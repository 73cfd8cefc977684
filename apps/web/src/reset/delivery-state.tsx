import type { ChallengeState } from '../api/contract.js';
import { useMessages } from '../messages/language.js';
import { AlertIcon, CheckIcon } from '../ui/icons.js';

interface Props {
  state: ChallengeState;
  /** Other words than those for a code. */
  texts?: Record<ChallengeState, string>;
}

/** What is known of the message on its way, announced when it changes. */
export function DeliveryState({ state, texts }: Props) {
  const t = useMessages();
  return (
    <div className={`delivery ${state}`} role="status">
      {state === 'sending' || state === 'delayed' ? (
        <span className="spinner" aria-hidden="true" />
      ) : state === 'sent' || state === 'delivered' || state === 'passed' ? (
        <CheckIcon />
      ) : (
        <AlertIcon />
      )}
      <span>{(texts ?? t.code.delivery)[state]}</span>
    </div>
  );
}
