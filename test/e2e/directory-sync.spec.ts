import { jest } from '@jest/globals';
import { peopleInStepSuite } from './directories/people-in-step';
import { activeDirectoryRegister, openLdapRegister } from './directories/registers';

jest.setTimeout(120_000);

describe('people of the organisation’s own OpenLDAP', () => peopleInStepSuite(openLdapRegister));

describe('people of the organisation’s own Active Directory (Samba)', () => peopleInStepSuite(activeDirectoryRegister));
