import { checkRules } from './rules.js';
import { strengthOf } from './strength.js';

const entra = { minLength: 8, maxLength: 256, minClasses: 3, alsoRefused: [] };
const met = (password: string, policy = entra, username = 'cloud.user@contoso.example') =>
  Object.fromEntries(checkRules(password, policy, username).map(({ rule, met }) => [rule, met]));

describe('password rules in the browser', () => {
  it('counts characters, not code units, after composing them', () => {
    expect(met('🔑🔑🔑🔑')).toMatchObject({ length: false });
    expect(met('é'.normalize('NFD').repeat(4))).toMatchObject({ length: false });
  });
  it('counts kinds of characters', () => {
    expect(met('lowercase')).toMatchObject({ classes: false });
    expect(met('Lower1case')).toMatchObject({ classes: true });
    expect(met('anything', { ...entra, minClasses: 0 })).not.toHaveProperty('classes');
  });
  it('sees the user name whatever its case or width', () => {
    expect(met('My-CLOUD.USER-1')).toMatchObject({ name: false });
    expect(met('my-ｃｌｏｕｄ.ｕｓｅｒ-1')).toMatchObject({ name: false });
    expect(met('something else')).toMatchObject({ name: true });
  });
});

describe('strength', () => {
  it.each([
    ['', 0],
    ['aaaaaaaaaaaaaaaaaaaa', 1],
    ['password1', 1],
    ['qwertyuiop12345', 1],
    ['Tr4ctor-9', 3],
    ['correct horse battery staple', 5],
  ])('%s is %i', (password, expected) => expect(strengthOf(password)).toBe(expected));
});
