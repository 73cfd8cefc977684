import { Attribute, Change, type Client } from 'ldapts';
import { answerOf, ldap as codes } from '../directory-errors.js';
import type { DirectoryOptions } from '../directory-options.js';
import { failed, ok, unknown, type Finding } from './finding.js';

/** What the service account may change of this person, as far as it shows without changing anything. */
export const examineRights = (ldap: Client, options: DirectoryOptions, dn: string): Promise<Finding[]> =>
  options.kind === 'ad' ? activeDirectory(ldap, options, dn) : openLdap(ldap, options, dn);

async function activeDirectory(ldap: Client, { fenceAttribute }: DirectoryOptions, dn: string): Promise<Finding[]> {
  const { searchEntries } = await ldap.search(dn, { scope: 'base', attributes: ['allowedAttributesEffective'] });
  const allowed = [searchEntries[0]?.allowedAttributesEffective ?? []].flat().map((name) => String(name).toLowerCase());
  const findings = ['lockoutTime', 'pwdLastSet', fenceAttribute].map((name) =>
    allowed.includes(name.toLowerCase())
      ? ok('rights', `may write ${name}`)
      : failed(
          'rights',
          `may not write ${name} of the sample person`,
          `Delegate “Write ${name}” on user objects to the service account (docs/directory.md).`,
        ),
  );
  const seen = unknown(
    'rights',
    'Reset Password is a right that cannot be seen beforehand',
    'The first reset shows it.',
  );
  return [...findings, seen];
}

/** Deletes a value that is not there: refused for that reason where there is a right, and for want of it where not. */
async function openLdap(ldap: Client, options: DirectoryOptions, dn: string): Promise<Finding[]> {
  const { fenceAttribute, passwordModify = 'fenced' } = options;
  const names = [fenceAttribute, ...(passwordModify === 'fenced' ? ['userPassword'] : [])];
  const findings: Finding[] = [];
  for (const type of names) {
    const modification = new Attribute({ type, values: ['keyturn-doctor looks whether it may write'] });
    const code = await ldap.modify(dn, new Change({ operation: 'delete', modification })).then(
      () => 0,
      (error: unknown) => answerOf(error)?.code,
    );
    if (code === codes.noSuchAttribute) findings.push(ok('rights', `may write ${type}`));
    else if (code === codes.insufficientAccessRights)
      findings.push(
        failed(
          'rights',
          `may not write ${type} of the sample person`,
          `Give the service account write access to ${type} (olcAccess in docs/directory.md).`,
        ),
      );
    else findings.push(unknown('rights', `whether ${type} may be written does not show (code ${code ?? 'none'})`));
  }
  return findings;
}
