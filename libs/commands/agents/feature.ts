import type { Feature } from '../feature.js';
import { Agents } from './agents.js';
import { AuthenticateAgentHandler } from './authenticate-agent.js';
import { CreateAgentHandler } from './create-agent.js';
import { DirectoryContacts } from './directory-contacts.js';
import { EnrolAgentHandler } from './enrol-agent.js';
import { ImportPeopleHandler } from './import-people.js';
import { ListAgentsHandler } from './list-agents.js';
import { NoteAgentReportHandler } from './note-agent-report.js';
import { NoteDirectorySignInsHandler } from './note-directory-sign-ins.js';
import { NoteGonePeopleHandler } from './note-gone-people.js';
import { RevokeAgentHandler } from './revoke-agent.js';
import { RollAgentKeysHandler } from './roll-agent-keys.js';
import { VouchedKeys } from './vouched-keys.js';

export const agents: Feature = {
  handlers: [
    AuthenticateAgentHandler,
    CreateAgentHandler,
    EnrolAgentHandler,
    ImportPeopleHandler,
    ListAgentsHandler,
    NoteAgentReportHandler,
    NoteDirectorySignInsHandler,
    NoteGonePeopleHandler,
    RevokeAgentHandler,
    RollAgentKeysHandler,
  ],
  parts: [Agents, DirectoryContacts, VouchedKeys],
};
