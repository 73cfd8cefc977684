import { BerWriter, type Control } from 'ldapts';
import { ActiveDirectory, policyHints } from './active-directory.js';
import type { DirectoryOptions } from './directory-options.js';

const options: DirectoryOptions = {
  kind: 'ad',
  url: 'ldaps://dc1.probe.test',
  bindDn: 'cn=svc',
  bindPassword: 'x',
  baseDn: 'dc=probe,dc=test',
  fenceAttribute: 'adminDescription',
  protectedGroups: [],
};
const wish = { userId: 'id', epoch: 1, writebackId: 'id', unlock: true, deadline: 0 };
const bytesOf = (control: Control): string => {
  const writer = new BerWriter();
  control.write(writer);
  return writer.buffer.toString('hex');
};

describe('policy hints (MS-ADTS 3.1.1.3.4.1.27)', () => {
  const offered = new ActiveDirectory(options, true);
  const sent = (more: object, directory = offered) =>
    directory.steps({ ...wish, ...more }).map((step) => directory.controls(step).length);

  it('travel as critical, with SEQUENCE { INTEGER 1 }', () => {
    const [step] = offered.steps({ ...wish, password: 'Lantern-1' });
    const oid = Buffer.from(policyHints).toString('hex');
    const length = policyHints.length.toString(16);
    // Control ::= SEQUENCE { OCTET STRING oid, BOOLEAN TRUE, OCTET STRING 30 03 02 01 01 }
    const content = `04${length}${oid}` + '0101ff' + '0405' + '3003020101';
    expect(offered.controls(step!).map(bytesOf)).toEqual([`30${(content.length / 2).toString(16)}${content}`]);
  });

  it('ride on a reset, and of a double one on the first write alone: the others have to go through', () => {
    expect(sent({ password: 'Lantern-1' })).toEqual([1]);
    expect(sent({ password: 'Lantern-1', doubleReset: true })).toEqual([1, 0, 0]);
  });

  it('ride neither on an unlock nor on a change, which is checked anyway, nor where the server has none', () => {
    expect(sent({})).toEqual([0]);
    expect(sent({ password: 'Lantern-1', oldPassword: 'Lantern-0' })).toEqual([0]);
    expect(sent({ password: 'Lantern-1', doubleReset: true }, new ActiveDirectory(options, false))).toEqual([0, 0, 0]);
  });
});
