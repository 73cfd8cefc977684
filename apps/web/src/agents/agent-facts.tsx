import type { ReactNode } from 'react';
import { useLanguage } from '../messages/language.js';
import { age, exactly, relative } from './ages.js';
import type { Agent, AgentDirectory, ToldPeople } from './agents.js';
import { useAgentMessages } from './messages.js';

/** What is known of one agent, as far as it has come. */
export function AgentFacts({ agent, now }: { agent: Agent; now: number }) {
  const t = useAgentMessages().list.facts;
  const { directory, version, createdAt, enrolledAt } = agent;
  if (enrolledAt === null) {
    return (
      <dl className="agent-facts">
        <Fact name={t.created}>
          <When at={createdAt} now={now} />
        </Fact>
        <Fact name={t.code}>
          <CodeUntil at={agent.enrolmentCodeExpiresAt} now={now} />
        </Fact>
      </dl>
    );
  }
  return (
    <dl className="agent-facts">
      <Fact name={t.heard}>
        {agent.lastHeardAt === null ? t.neverHeard : <When at={agent.lastHeardAt} now={now} />}
      </Fact>
      {directory && <DirectoryFacts directory={directory} now={now} />}
      <SealingKey agent={agent} now={now} />
      <IdentityKey agent={agent} now={now} />
      <Fact name={t.version}>{version ?? ''}</Fact>
      <Fact name={t.enrolled}>
        <When at={enrolledAt} now={now} />
      </Fact>
    </dl>
  );
}

function DirectoryFacts({ directory, now }: { directory: AgentDirectory; now: number }) {
  const { language } = useLanguage();
  const t = useAgentMessages().list.facts;
  const { kind, host, state, since, people, fenceAttribute, protectedGroups } = directory;
  const groups = kind === 'ad' ? t.adGroups(protectedGroups) : protectedGroups === 0 ? t.noGroups : protectedGroups;
  return (
    <>
      <Fact name={t.directory}>
        <Line>{t.kinds[kind]}</Line>
        <Line>{host}</Line>
        <Line look={state === 'ready' ? 'hint' : state === 'away' ? 'bad' : ''}>
          {t.since(t.states[state], exactly(since, language))}
        </Line>
      </Fact>
      {people && (
        <Fact name={t.people}>
          <Line>{t.seen(people.seen)}</Line>
          <Line look="hint">{t.lookedAt(relative(people.at, now, language))}</Line>
          {people.told && <Told told={people.told} />}
        </Fact>
      )}
      <Fact name={t.fence}>{fenceAttribute}</Fact>
      <Fact name={t.groups}>{groups}</Fact>
    </>
  );
}

function SealingKey({ agent: { sealingKeySince, sealingKeyExpiresAt, sealingKeyDue }, now }: Props) {
  const { language } = useLanguage();
  const t = useAgentMessages().list.facts;
  if (sealingKeySince === null || sealingKeyExpiresAt === null) return null;
  const expired = Date.parse(sealingKeyExpiresAt) <= now;
  return (
    <Fact name={t.sealing}>
      <Line>
        {t.old(age(sealingKeySince, now, language))}
        {(sealingKeyDue || expired) && <span className="badge warn">{expired ? t.expired : t.due}</span>}
      </Line>
      <Line look="hint">{t.goodUntil(exactly(sealingKeyExpiresAt, language))}</Line>
    </Fact>
  );
}

interface Props {
  agent: Agent;
  now: number;
}

function IdentityKey({ agent: { identityKeySince, identityKeyDueAt, identityKeyDue }, now }: Props) {
  const { language } = useLanguage();
  const t = useAgentMessages().list.facts;
  if (identityKeySince === null || identityKeyDueAt === null) return null;
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long' });
  return (
    <Fact name={t.identity}>
      <Line>
        {t.old(age(identityKeySince, now, language))}
        {identityKeyDue && <span className="badge warn">{t.due}</span>}
      </Line>
      <Line look="hint">{(identityKeyDue ? t.wasDue : t.replacedFrom)(day.format(new Date(identityKeyDueAt)))}</Line>
    </Fact>
  );
}

function CodeUntil({ at, now }: { at: string; now: number }) {
  const { language } = useLanguage();
  const t = useAgentMessages().list.facts;
  const over = Date.parse(at) <= now;
  return (
    <>
      <Line>{over ? t.expired : t.left(age(new Date(now).toISOString(), Date.parse(at), language))}</Line>
      <Line look="hint">{(over ? t.codeOver : t.codeUntil)(exactly(at, language))}</Line>
    </>
  );
}

/** How long ago, and when exactly. */
function When({ at, now }: { at: string; now: number }) {
  const { language } = useLanguage();
  return (
    <>
      <Line>{relative(at, now, language)}</Line>
      <Line look="hint">
        <time dateTime={at}>{exactly(at, language)}</time>
      </Line>
    </>
  );
}

function Told({ told: { at: _, ...counts } }: { told: ToldPeople }) {
  const t = useAgentMessages().list.facts;
  const said = (Object.entries(counts) as [keyof typeof counts, number][])
    .filter(([, count]) => count > 0)
    .map(([name, count]) => t.counts[name](count));
  return <Line look="hint">{t.told(said.length > 0 ? said : [t.nothing])}</Line>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Line({ look = '', children }: { look?: 'hint' | 'bad' | ''; children: ReactNode }) {
  return <span className={`line ${look}`}>{children}</span>;
}
