import { fields as policyFields, policyShape } from '#libs/domain/tenant/policy-shape';
import { adminCatalogues } from './catalogues.js';
import { controls, sectionNames, sections } from './settings.js';

const paths = policyFields.map(({ path }) => path).sort();

describe('the settings of the policy page', () => {
  it('are all there are, each in one place', () => {
    expect(Object.keys(controls).sort()).toEqual(paths);
    expect(sectionNames.flatMap((name) => sections[name]).sort()).toEqual(paths);
  });

  it('have the ranges that the policy has', () => {
    const ranges = Object.entries(controls).flatMap(([path, control]) =>
      control.kind === 'whole' ? [[path, { type: 'integer', minimum: control.least, maximum: control.most }]] : [],
    );
    const schemas = Object.fromEntries(policyFields.map(({ path, check }) => [path, check.schema]));
    for (const [path, schema] of ranges) expect([path, schemas[path as string]]).toEqual([path, schema]);
    expect(ranges.length).toBeGreaterThan(20);
  });

  it('offer what the policy takes', () => {
    const { preset, enabledFor, captcha, unknownUsers, gatesRequired, methods, passwords } = policyShape;
    for (const [path, check] of Object.entries({ preset, enabledFor, captcha, unknownUsers, gatesRequired })) {
      const control = controls[path as keyof typeof controls];
      expect(control.kind === 'choice' && [...control.of].sort()).toEqual([...(check.schema.enum as string[])].sort());
    }
    expect(controls.methods).toMatchObject({ of: (methods.schema.items as { enum: string[] }).enum });
    expect(controls['passwords.classesRequired']).toMatchObject({ of: passwords.classesRequired.schema.enum });
  });

  it.each(['en', 'ja'] as const)('are explained in %s, down to each choice', (language) => {
    const { fields } = adminCatalogues[language];
    for (const [path, control] of Object.entries(controls)) {
      const { options } = fields[path as keyof typeof fields];
      if (control.kind !== 'choice' && control.kind !== 'several') continue;
      expect([path, Object.keys(options ?? {}).sort()]).toEqual([path, control.of.map(String).sort()]);
    }
  });

  it('say as much in Japanese as in English', () => {
    const shapeOf = (value: unknown): unknown =>
      typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shapeOf(part)]))
        : typeof value;
    expect(shapeOf(adminCatalogues.ja)).toEqual(shapeOf(adminCatalogues.en));
  });
});
