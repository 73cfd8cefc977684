import type { DirectoryRules } from '../api/contract.js';
import { useMessages } from '../messages/language.js';

/** What the organisation's directory asks of a password, as far as it could be read. */
export function DirectoryRuleList({ rules }: { rules: DirectoryRules }) {
  const { password: t } = useMessages();
  const { minimumLength = 0, complexity, history = 0, minimumAgeHours = 0 } = rules;
  const asked = [
    minimumLength > 0 && t.directoryLength(minimumLength),
    complexity && t.directoryComplexity,
    history > 0 && t.directoryHistory(history),
    minimumAgeHours > 0 && t.directoryAge(minimumAgeHours),
  ].filter((one) => typeof one === 'string');
  if (asked.length === 0) return null;
  return (
    <>
      <p>{t.directoryRules}</p>
      <ul>
        {asked.map((rule) => (
          <li key={rule}>{rule}</li>
        ))}
      </ul>
    </>
  );
}
