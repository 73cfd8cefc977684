import { access } from './access/access.js';
import { account } from './account/account.js';
import { notice } from './delivery/notice.js';
import { categories, eventTypes, isKnownType } from './events.js';
import { react, reacting } from './reactions.js';
import { recovery } from './recovery/recovery.js';
import { issued } from './recovery/story.js';
import { session } from './session/session.js';
import { tenant } from './tenant/tenant.js';

describe('events', () => {
  it('are known by name, and nothing else is', () => {
    expect(eventTypes.every(isKnownType)).toBe(true);
    expect(new Set(eventTypes).size).toBe(eventTypes.length);
    for (const stranger of ['', 'toString', '__proto__', 'RecoveryExploded']) expect(isKnownType(stranger)).toBe(false);
  });

  it('live in categories that the subscriptions know', () => {
    for (const { category } of [access, account, notice, recovery, session, tenant])
      expect(categories).toContain(category);
  });
});

describe('react', () => {
  const origin = { stream: 'recovery-recovery-1', revision: 1 };

  it('asks the category it comes from', () => {
    expect(react('recovery', issued('email', 1), origin)).toHaveLength(1);
  });

  it('asks nobody else: a decoy sends nothing', () => {
    for (const category of categories.filter((c) => !(reacting as readonly string[]).includes(c))) {
      expect(react(category, issued('email', 1), origin)).toEqual([]);
    }
  });
});
