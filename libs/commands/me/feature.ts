import type { Feature } from '../feature.js';
import { ReadActivityHandler } from './activity.js';
import { CoarseClients } from './coarse-client.js';
import { EndSessionHandler } from './end-session.js';
import { ListSessionsHandler } from './list-sessions.js';

export const me: Feature = {
  handlers: [EndSessionHandler, ListSessionsHandler, ReadActivityHandler],
  parts: [CoarseClients],
};
