/** Random additions on both sides of real-looking texts: whatever comes out holds all of both, or nothing comes out. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';

import { droppedLines } from '../../core/dropped-lines.ts';
import { languageOf, parseSource } from '../symbols/syntax.ts';
import { resolveText } from './resolve-text.ts';

interface Addition {
  /** Among what it may stand beside. */
  readonly place: number;
  readonly name: string;
  readonly lines: number;
}

/** What a text is made of: each part may have others put behind it. */
interface Family {
  readonly path: string;
  readonly parts: readonly string[];
  /** Between parts. */
  readonly gap: string;
  readonly make: (addition: Addition) => string;
}

const body = (lines: number, line: (at: number) => string): string =>
  Array.from({ length: lines }, (_, at) => line(at)).join('');

const FAMILIES: readonly Family[] = [
  {
    path: 'src/ledger.ts',
    parts: [
      "// Licence.\n\nimport { a } from './a.ts';\nimport b from 'b';\n",
      'export class Ledger {\n  add(): void {}\n\n  remove(): void {\n    a();\n  }\n}\n',
      '/** Doc. */\nexport const one = (): number => 1;\n',
      'function two(): void {\n  b();\n}\n',
    ],
    gap: '\n',
    make: ({ name, lines }) =>
      `/** About ${name}. */\nexport function ${name}(): void {\n${body(lines, (at) => `  if (a(${at})) {\n    return;\n  }\n`)}}\n`,
  },
  {
    path: 'src/ledger.test.js',
    parts: ["import { it } from 'node:test';\n", "it('zero', () => {\n  run();\n});\n"],
    gap: '\n',
    make: ({ name, lines }) => `it('${name}', () => {\n${body(lines, () => '  run();\n')}});\n`,
  },
  {
    path: 'ledger.py',
    parts: [
      '"""Doc."""\nimport os\n',
      'class A:\n    x = 1\n\n    def m(self):\n        return 1\n',
      'def one():\n    return 1\n',
    ],
    gap: '\n\n',
    make: ({ name, lines }) =>
      `@dec\ndef ${name}():\n${body(lines, (at) => `    if ${at}:\n        return\n`)}    return 1\n`,
  },
  {
    path: 'Cargo.toml',
    parts: ['[package]\nname = "x"\n', '[features]\ndefault = []\n', '[dependencies]\nserde = "1"\n'],
    gap: '\n',
    make: ({ name, lines }) => `[${name}]\n${body(lines, (at) => `key${at} = [\n  ${at},\n]\n`)}`,
  },
  {
    path: 'settings.yaml',
    parts: ['# Top.\nname: x\n', 'jobs:\n  test:\n    runs-on: y\n', 'last: 1\n'],
    gap: '',
    make: ({ name, lines }) =>
      `# About ${name}.\n${name}:\n${body(lines, (at) => `  key${at}: |\n    text\n`)}  end: 1\n`,
  },
  {
    path: '.gitignore',
    parts: ['# Made.\ndist\n', 'node_modules\n'],
    gap: '\n',
    make: ({ name, lines }) => `# ${name}\n${body(lines, (at) => `${name}/${at}\n`)}`,
  },
];

function textOf({ parts, gap, make }: Family, additions: readonly Addition[]): string {
  return parts
    .flatMap((part, at) => [part, ...additions.filter(({ place }) => place % parts.length === at).map(make)])
    .join(gap);
}

const additions = (side: string): fc.Arbitrary<readonly Addition[]> =>
  fc
    .array(fc.record({ place: fc.nat(9), lines: fc.integer({ min: 1, max: 4 }) }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((drawn) => drawn.map((each, at) => ({ ...each, name: `${side}${at}` })));

it('holds every line of both sides, each as often as it should, and reads as it did', async () => {
  let together = 0;
  const sides = fc.record({
    ours: additions('mine'),
    theirs: additions('other'),
    family: fc.constantFrom(...FAMILIES),
  });
  await fc.assert(
    fc.asyncProperty(sides, async (drawn) => {
      const { family } = drawn;
      const texts = {
        base: textOf(family, []),
        ours: textOf(family, drawn.ours),
        theirs: textOf(family, drawn.theirs),
      };
      const made = await resolveText({ path: family.path, ...texts });
      const places = (side: readonly Addition[]) =>
        new Set(side.map(({ place }) => place % family.parts.length));
      const meet = !places(drawn.ours).isDisjointFrom(places(drawn.theirs));
      // Where the two do not meet there is no conflict to be resolved.
      if (!meet) return assert.ok(!made.ok);
      assert.ok(made.ok, made.ok ? '' : `${made.error}\n${texts.ours}\n--\n${texts.theirs}`);
      together += 1;
      const { text: result } = made.value;
      assert.deepEqual(droppedLines({ path: family.path, ...texts, result }), []);
      const count = (text: string): number => text.split('\n').filter((line) => line.trim() !== '').length;
      assert.equal(count(result), count(texts.ours) + count(texts.theirs) - count(texts.base));
      for (const addition of [...drawn.ours, ...drawn.theirs])
        assert.equal(
          result.split(family.make(addition).trimEnd()).length,
          2,
          `${addition.name} in\n${result}`,
        );
      // The other way round holds the same lines.
      const swapped = await resolveText({
        path: family.path,
        base: texts.base,
        ours: texts.theirs,
        theirs: texts.ours,
      });
      assert.ok(swapped.ok);
      assert.deepEqual(swapped.value.text.split('\n').sort(), result.split('\n').sort());
    }),
    { numRuns: 150 },
  );
  assert.ok(together > 50, `${together} times they met`);
});

it('gives nothing, or what holds all of both, for any change of lines whatever', async () => {
  const change = fc.array(
    fc.record({
      at: fc.nat(40),
      does: fc.constantFrom('delete', 'double', 'swap', 'break', 'new'),
      with: fc.nat(9),
    }),
    { minLength: 1, maxLength: 4 },
  );
  const sides = fc.record({ ours: change, theirs: change, family: fc.constantFrom(...FAMILIES) });
  await fc.assert(
    fc.asyncProperty(sides, async ({ ours, theirs, family }) => {
      const base = textOf(family, []);
      const texts = { base, ours: changed(base, ours, 'mine'), theirs: changed(base, theirs, 'other') };
      const made = await resolveText({ path: family.path, ...texts });
      if (!made.ok) return assert.match(made.error, /^.{5,310}$/);
      const { text: result } = made.value;
      assert.deepEqual(droppedLines({ path: family.path, ...texts, result }), []);
      const language = languageOf(family.path);
      const source = language === null ? null : await parseSource(result, language);
      source?.top.cursor().iterate((node) => assert.ok(!node.type.isError, result));
    }),
    { numRuns: 400 },
  );
});

interface Change {
  readonly at: number;
  readonly does: 'delete' | 'double' | 'swap' | 'break' | 'new';
  readonly with: number;
}

function changed(text: string, changes: readonly Change[], side: string): string {
  const lines = text.split('\n');
  for (const { at, does, with: other } of changes) {
    const place = at % lines.length;
    const line = lines[place] ?? '';
    if (does === 'delete') lines.splice(place, 1);
    else if (does === 'double') lines.splice(place, 0, line);
    else if (does === 'swap')
      [lines[place], lines[other % lines.length]] = [lines[other % lines.length] ?? '', line];
    else if (does === 'break') lines[place] = line.slice(0, other);
    else lines.splice(place, 0, `import ${side}${other}`, '');
  }
  return lines.join('\n');
}
