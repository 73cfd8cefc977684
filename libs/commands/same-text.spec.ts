import { sameText } from './same-text.js';

describe('T13: comparing what was typed', () => {
  it('is right, and never fails for a difference in length', () => {
    expect(sameText('12345678', '12345678')).toBe(true);
    for (const typed of ['', '1', '12345679', '02345678', '123456780', '1234567８', '\ud800', 'x'.repeat(10_000)]) {
      expect([typed, sameText('12345678', typed)]).toEqual([typed, false]);
    }
  });
});
