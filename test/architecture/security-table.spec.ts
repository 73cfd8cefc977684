interface Row {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly result?: string;
}

interface Lines {
  readonly ids: readonly string[];
  readonly mark: string;
  securityTests(): Row[];
  table(rows: readonly Row[]): string;
  explained(): string[];
  page(): string;
  withResults(rows: readonly Row[], reports: readonly object[]): Row[];
}

describe('docs/security.md', () => {
  let lines: Lines;
  let rows: Row[];
  beforeAll(async () => {
    lines = (await import('../../scripts/security-lines.mjs' as string)) as Lines;
    rows = lines.securityTests();
  });

  it('lists the tests there are: node scripts/security-table.mjs', () => {
    const [, written] = lines.page().split(lines.mark);
    expect(written).toBe(lines.table(rows));
  });

  it('has a test or an explanation for each line of the requirements, and names no other', () => {
    const tested = new Set(rows.map(({ id }) => id));
    const explained = new Set(lines.explained());
    expect(lines.ids.filter((id) => !tested.has(id) && !explained.has(id))).toEqual([]);
    expect([...tested, ...explained].filter((id) => !lines.ids.includes(id))).toEqual([]);
  });

  it('tells after a run which tests passed, failed or did not run', () => {
    const file = 'test/e2e/some.spec.ts';
    const names = ['R1: %s is refused', 'G3: (seed ${seed}) of 200', 'T4: nobody ran it', 'F9: broke'];
    const report = {
      testResults: [
        {
          name: `/repository/${file}`,
          assertionResults: [
            { title: 'R1: nobody is refused', ancestorTitles: [], status: 'passed' },
            { title: 'within', ancestorTitles: ['G3: (seed 17) of 200'], status: 'passed' },
            { title: 'T4: nobody ran it', ancestorTitles: [], status: 'pending' },
            { title: 'F9: broke', ancestorTitles: [], status: 'failed' },
          ],
        },
      ],
    };
    const found = lines.withResults(
      names.map((name) => ({ id: name.slice(0, 2), name, file })),
      [report],
    );
    expect(found.map(({ result }) => result)).toEqual(['passed', 'passed', 'not run', 'failed']);
  });
});
