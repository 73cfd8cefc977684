import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { isCommon } from '#libs/domain/passwords/common-passwords';
import { checkPassword } from '#libs/domain/passwords/password-rules';
import { presets } from '#libs/domain/tenant/policy';

const commonest = (preset: string): string[] =>
  gunzipSync(readFileSync(`fixtures/passwords/${preset}.txt.gz`)).toString('latin1').split('\n');

describe('the commonest passwords', () => {
  it.each(['hardened', 'entra'] as const)('P3: the 3 000 that meet the preset %s are refused, and say why', (preset) => {
    const { passwords: rules } = presets[preset];
    const list = commonest(preset);
    expect(list).toHaveLength(3_000);
    const taken = list.filter((password) => !checkPassword(password, { rules, names: [] }).includes('banned'));
    expect(taken).toEqual([]);
    const alsoOtherwise = list.filter((password) => checkPassword(password, { rules, names: [] }).length > 1);
    // The list is as it leaked; of those, a few hold what no password may.
    expect(alsoOtherwise.length).toBeLessThan(30);
  });

  it('P3: in any case, and with look-alikes for letters', () => {
    expect(isCommon('momsanaladventure')).toBe(true);
    expect(isCommon('MOMS@NALadv3nture')).toBe(true);
    expect(isCommon('momsanaladventure7')).toBe(false);
  });

  it('refuses no passphrase for being long', () => {
    for (const good of ['Violet Kettle 42 ', 'Correct-Horse-1!', 'Lantern-Harbour-1!', '紫のやかんと四十二の鐘の音が聞こえる']) {
      expect(isCommon(good)).toBe(false);
    }
  });

  it('costs a hundredth of a millisecond to look up', () => {
    isCommon('once');
    const began = process.cpuUsage();
    for (let n = 0; n < 20_000; n++) isCommon(`Lantern-Harbour-${n}!`);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1_000 / 20_000).toBeLessThan(0.01);
  });
});
