import { useLanguage } from '../messages/language.js';
import { agentCatalogues } from './catalogues.js';
import type { AgentMessages } from './messages-en.js';

/** The texts of the agents' page, which only it loads. */
export const useAgentMessages = (): AgentMessages => agentCatalogues[useLanguage().language];
