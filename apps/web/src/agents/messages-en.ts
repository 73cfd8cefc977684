import type { Obstacle, Standing } from './agents.js';

/** Why people of the directory cannot reset, and what to do about it. */
const obstacles: Record<Obstacle, { why: string; what: string }> = {
  'not-enabled-for-tenant': {
    why: 'Users of your directory cannot reset their passwords: self-service reset is enabled for nobody.',
    what: 'Choose in the reset policy whom it is enabled for.',
  },
  'plan-without-writeback': {
    why: 'Users of your directory cannot reset their passwords: your plan does not write to a directory.',
    what: 'Agents can be set up all the same; they carry nothing until the plan covers it.',
  },
  'writeback-off': {
    why: 'Users of your directory cannot reset their passwords: carrying passwords to the directory is switched off.',
    what: 'Switch it on in the reset policy, under “On-premises directory”.',
  },
  'no-agent': {
    why: 'Users of your directory cannot reset their passwords: there is no agent.',
    what: 'Add an agent and start it in your network.',
  },
  'agent-not-enrolled': {
    why: 'Users of your directory cannot reset their passwords: no agent has enrolled yet.',
    what: 'Start the agent with its one-time code, or add another agent if the code is lost or has expired.',
  },
  'agent-key-expired': {
    why: 'Users of your directory cannot reset their passwords: no agent has a sealing key that is still good.',
    what: 'A running agent replaces its key by itself every day. Look at its log, and start it anew.',
  },
  'directory-unreachable': {
    why: 'Users of your directory cannot reset their passwords: the agent runs, but cannot reach the directory.',
    what: 'Run keyturn-agent doctor on its machine; the error below says what went wrong.',
  },
  'agent-silent': {
    why: 'Users of your directory cannot reset their passwords: no agent has been heard of for 30 seconds.',
    what: 'See that the agent’s machine is up, that the agent runs, and that it reaches Keyturn over HTTPS.',
  },
};

const standings: Record<Standing, string> = {
  alive: 'Alive',
  unusable: 'Alive, key expired',
  'directory-away': 'Directory unreachable',
  silent: 'Silent',
  'never-heard': 'Enrolled, never heard of',
  waiting: 'Not enrolled yet',
  'code-expired': 'Code expired',
  revoked: 'Revoked',
};

/** What the events of an agent's log mean (docs/directory.md). */
const events: Record<string, string> = {
  'KTA-111': 'The directory could not be reached',
  'KTA-112': 'No group is protected from being reset',
  'KTA-113': 'The fence attribute does not fit, so it did not start; its output says why',
  'KTA-120': 'Keyturn could not be reached, or refused',
  'KTA-121': 'Keyturn refused its identity',
  'KTA-122': 'Another program asked in its name; two run with one data directory',
  'KTA-130': 'Its data directory takes nothing, so it asks for no work',
  'KTA-201': 'A write did not come about',
  'KTA-202': 'What became of a write was not known at first',
  'KTA-204': 'A reset was cut off for too long; the person has been asked to reset again',
  'KTA-205': 'Keyturn knew nothing of a write that it reported',
  'KTA-206': 'The service account lacks a right for somebody',
  'KTA-207': 'Keyturn did not understand a receipt; it was set aside',
  'KTA-208': 'A write could not be done; nothing was changed',
  'KTA-209': 'The note of a write was damaged; it was set aside',
  'KTA-210': 'A sealed password did not open',
  'KTA-302': 'A change of its identity key was completed after a crash',
  'KTA-402': 'People could not be read from the directory or told to Keyturn',
  'KTA-403': 'Too many people were gone at once; nobody was disabled',
};

const troubles: Record<string, string> = {
  'certificate-refused': 'the certificate is not trusted, or not of this name',
  'timed-out': 'no answer in time',
  'no-answer': 'no answer',
  'connection-lost': 'the connection was lost',
  econnrefused: 'the connection was refused',
  econnreset: 'the connection was cut',
  etimedout: 'no answer in time',
  enotfound: 'the name is not known',
  ehostunreach: 'no route to the host',
  'ldap-49': 'the service account was not let in',
  'ldap-50': 'a right is missing',
  'ldap-51': 'the directory is busy',
  'ldap-52': 'the directory is not available',
  'ldap-53': 'the directory will not do it',
  'minimum-age-without-hints': 'a minimum age applies, and the server offers no policy hints',
  'protected-group-unreadable': 'a protected group cannot be read',
  'several-entries': 'two people of the directory have one id',
  'fence-moved': 'something else keeps changing the fence attribute',
  'not-kept': 'the data directory takes nothing',
  enospc: 'the disk is full',
  'not-understood': 'Keyturn answered something this agent does not know',
  'platform-key-changed': 'Keyturn seals with another key than the one this agent knows',
  'not-for-this-agent': 'it was sealed for other keys',
  '0 unreachable': 'Keyturn cannot be reached',
};

const results: Record<string, string> = {
  unreachable: 'directory unreachable',
  'permission-denied': 'permission denied',
  'user-not-found': 'user not found',
  protected: 'the user is protected',
  disabled: 'the user is disabled',
  expired: 'the time was over',
  unreadable: 'the sealed password did not open',
  unfinished: 'cut off',
};

const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`);

export const en = {
  title: 'On-premises agents',
  intro:
    'An agent is a small program in your network. It carries new passwords to your directory, and asks Keyturn for work by itself: no port is opened inwards.',
  zone: (name: string) => `All times are in your time zone, ${name.replaceAll('_', ' ')}.`,
  loading: 'Looking at your agents…',
  signInFirst: 'Sign in as an administrator to see the agents.',
  toSignIn: 'Go to sign-in',
  notAllowed: 'Your role does not let you see the agents.',
  readOnly: 'You can look at the agents. Only a global administrator can add or revoke one.',
  stale: 'What you see may be out of date: it could not be looked at again. We keep trying.',
  signedOut: 'You have been signed out. What you see is no longer followed.',

  verdict: {
    possible: 'Users of your directory can reset their passwords now.',
    alone: 'One agent carries all of it. Add a second one on another machine: agents stand in for each other.',
    several: (count: number) => `${count} agents are alive and stand in for each other.`,
    toPolicy: 'Open the reset policy',
    obstacles,
  },

  list: {
    title: 'Agents',
    none: 'There is no agent yet.',
    revoked: (count: number) => (count === 1 ? '1 revoked agent' : `${count} revoked agents`),
    standings,
    silentFor: (age: string) => `Silent for ${age}`,
    told: (name: string, standing: string) => `Agent ${name}: ${standing}.`,
    id: (id: string) => `Agent ${id}`,
    warnings: {
      sealingKeyDue:
        'Its sealing key should have been replaced. Once it has expired, the agent is sent nothing. See that the agent runs and reaches Keyturn.',
      sealingKeyExpired:
        'Its sealing key has expired: nothing can be sealed for it. A running agent makes a new one by itself; look at its log.',
      identityKeyDue:
        'Its identity key is older than six months and should have been replaced. See that the agent runs and reaches Keyturn.',
      unfenced:
        'Passwords are set without a fence (LDAP_PASSWORD_MODIFY=exop): after a crash one reset can be done twice.',
      nobodyProtected:
        'No group is protected: administrators of the directory can be reset too. Name theirs in LDAP_PROTECTED_GROUPS (KTA-112).',
      conflicts: (count: number) =>
        `${people(count)} could not be taken in: their name belongs to the account of somebody else. An administrator has to decide.`,
      codeExpired: 'Its one-time code was not used in time. Revoke this entry and add another agent.',
      tooOld: 'It does not tell of itself: update it to see its directory and its errors here.',
    },
    facts: {
      heard: 'Last asked for work',
      neverHeard: 'Never',
      enrolled: 'Enrolled',
      created: 'Added',
      revoked: 'Revoked',
      code: 'One-time code',
      left: (time: string) => `${time} left`,
      codeUntil: (at: string) => `good until ${at}`,
      codeOver: (at: string) => `expired on ${at}`,
      version: 'Version',
      directory: 'Directory',
      kinds: { ad: 'Active Directory', openldap: 'OpenLDAP' },
      states: { looking: 'not reached yet', ready: 'reached', away: 'cannot be reached' },
      since: (state: string, at: string) => `${state}, since ${at}`,
      people: 'People there',
      seen: people,
      lookedAt: (ago: string) => `looked at ${ago}`,
      told: (counts: readonly string[]) => `Last import: ${counts.join(', ')}.`,
      counts: {
        created: (n: number) => `${n} new`,
        linked: (n: number) => `${n} linked`,
        updated: (n: number) => `${n} changed`,
        passedOver: (n: number) => `${n} not of your domains`,
        unusable: (n: number) => `${n} unusable`,
        conflicts: (n: number) => `${n} in conflict`,
      },
      nothing: 'nobody',
      fence: 'Fence attribute',
      groups: 'Protected groups',
      adGroups: (more: number) => (more === 0 ? 'Active Directory’s own' : `Active Directory’s own, and ${more} more`),
      noGroups: 'none',
      sealing: 'Sealing key',
      identity: 'Identity key',
      old: (age: string) => `${age} old`,
      goodUntil: (at: string) => `good until ${at}`,
      replacedFrom: (at: string) => `replaced by itself on ${at}`,
      wasDue: (at: string) => `was due on ${at}`,
      due: 'Overdue',
      expired: 'Expired',
    },
    errors: {
      title: 'Last warnings and errors',
      of: (name: string) => `Last warnings and errors of ${name}`,
      none: 'None known.',
      search: 'Search the agent’s log for the id, and for the write where one is named.',
      events,
      other: 'A warning of the agent',
      said: (event: string, why: string | null) => (why === null ? `${event}.` : `${event}: ${why}.`),
      troubles,
      results,
      write: (id: string) => `Write ${id}`,
      all: (count: number) => `Show all ${count}`,
    },
  },

  add: {
    open: 'Add an agent',
    title: 'New agent',
    once: 'Its one-time code is shown here, once. Nobody can show it again once you have left this page.',
    code: 'One-time code',
    until: (at: string) => `It can be used once, until ${at}.`,
    over: 'The code has expired. Revoke this agent and add another one.',
    kind: 'Your directory',
    kinds: {
      ad: { label: 'Active Directory', more: 'Administrators’ accounts are never touched.' },
      openldap: { label: 'OpenLDAP', more: 'With the ppolicy overlay. Name the groups that must not be touched.' },
    },
    steps: 'What to do',
    machine:
      'Choose a machine that is always on, with Node.js 22 or later, and put keyturn-agent.mjs of your Keyturn release there.',
    settings:
      'Write its settings to /etc/keyturn-agent.env, readable by its user alone (mode 0600). Replace what is yours:',
    settingsLabel: 'Settings of the agent',
    examine:
      'Examine the machine, the directory and the rights. Nothing is changed; repeat it until nothing is FAILED:',
    examineLabel: 'Command that examines',
    run: 'Start it. To keep it running, use a service, as systemd does:',
    runLabel: 'Command that starts the agent',
    remove: 'Once it is alive, remove AGENT_ENROLMENT_CODE from the settings.',
    comments: {
      dc: 'one writable domain controller, not the domain',
      server: 'the server that takes writes',
      ca: 'PEM of the authority that signed its certificate',
      account: 'the service account, with the rights it needs and no others',
      password: 'its password, between the quotes',
      base: 'below it people are looked for and written',
      fence: 'single-valued, and used by nothing else',
      groups: 'separated by semicolons',
      state: 'keys of the agent, mode 0700; back it up nowhere',
    },
    waiting: 'Waiting for the agent to enrol. This page notices by itself.',
    enrolled: 'It has enrolled. Waiting for it to reach the directory and ask for work.',
    alive: 'The agent is alive. Remove AGENT_ENROLMENT_CODE from its settings.',
    close: 'Close',
    closeTitle: 'Close without the code?',
    closeBody: 'The code is not shown again. If it is not noted, revoke this agent and add another one.',
    closeYes: 'Yes, I have noted it',
    closeNo: 'No, keep it open',
    failed: 'The agent could not be added.',
  },

  revoke: {
    open: 'Revoke',
    of: (name: string) => `Revoke ${name}`,
    title: (name: string) => `Revoke ${name}?`,
    forGood: 'This cannot be undone: its keys open nothing any more. The program can be enrolled anew with a new code.',
    last: 'It is the last agent alive. From then on, users of your directory can neither reset nor unlock nor sign in to Keyturn, until another agent is alive.',
    others: (count: number) => (count === 1 ? 'One other agent goes on.' : `${count} other agents go on.`),
    notAlive: 'It is not alive, so nothing changes for users of your directory.',
    begun:
      'Stop the program first if you can: what it has begun and not reported stays “not yet confirmed” for 24 hours.',
    waiting: 'Its one-time code stops working.',
    yes: 'Revoke for good',
    no: 'Keep it',
    done: (name: string) => `${name} has been revoked.`,
    gone: 'This agent is not there any more.',
  },
};

export type AgentMessages = typeof en;
