import { Choice, ChoiceGroup } from '../ui/choice.js';
import { MailIcon, PhoneIcon } from '../ui/icons.js';
import type { Contact } from './helpdesk.js';
import { useHelpdeskMessages } from './messages.js';

interface Props {
  name: string;
  label: string;
  contacts: readonly Contact[];
  chosen: string;
  onChoose: (methodId: string) => void;
}

/** Which registered contact, shown masked, takes what is sent. */
export function ContactChoice({ name, label, contacts, chosen, onChoose }: Props) {
  const t = useHelpdeskMessages();
  return (
    <ChoiceGroup label={label}>
      {contacts.map(({ methodId, method, hint, bouncing }) => (
        <Choice
          key={methodId}
          name={name}
          icon={method === 'email' ? <MailIcon /> : <PhoneIcon />}
          label={contactName({ method, hint }, t.contact)}
          more={bouncing && t.help.bouncing}
          checked={methodId === chosen}
          onChoose={() => onChoose(methodId)}
        />
      ))}
    </ChoiceGroup>
  );
}

/** "E-mail address c•••••" */
export const contactName = (
  { method, hint }: Pick<Contact, 'method' | 'hint'>,
  t: ReturnType<typeof useHelpdeskMessages>['contact'],
): string => `${method === 'email' ? t.email : t.sms} ${hint}`;
