// What is stored on a tenant's stream: add optional fields or new events, never change a meaning.
import type { Named } from '../account/part.js';
import type { OfficeEvents } from './administrators.js';
import type { GroupEvents } from './groups.js';
import type { SettingsEvents } from './settings.js';

interface Events extends SettingsEvents, GroupEvents, OfficeEvents {}

export type TenantEvent = Named<Events>;
