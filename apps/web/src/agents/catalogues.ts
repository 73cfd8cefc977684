import { en, type AgentMessages } from './messages-en.js';
import { ja } from './messages-ja.js';

export const agentCatalogues: Record<'en' | 'ja', AgentMessages> = { en, ja };
