import { noOffice, type Offices } from './administrators.js';
import { noGroups, type Groups } from './groups.js';
import { noSettings, type Settings } from './settings.js';

export interface TenantState extends Settings, Groups, Offices {}

export const initial: TenantState = { ...noSettings, ...noGroups, ...noOffice };
