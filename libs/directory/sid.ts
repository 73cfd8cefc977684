/** @param sid as Active Directory stores it (MS-DTYP 2.4.2.2) */
export function sidText(sid: Buffer): string {
  const authority = sid.readUIntBE(2, 6);
  const parts = Array.from({ length: sid[1] ?? 0 }, (_, n) => sid.readUInt32LE(8 + 4 * n));
  return ['S', sid[0], authority, ...parts].join('-');
}

/**
 * Groups whose members administer the domain: the built-in operators (544, 548–551), and of each domain the Domain Admins,
 * Domain Controllers, Schema, Enterprise and Group Policy Admins, Read-only Controllers and (Enterprise) Key Admins.
 */
export const administrators = /^S-1-5-(32-(544|548|549|550|551|552)|21-\d+-\d+-\d+-(512|516|518|519|520|521|526|527))$/;
