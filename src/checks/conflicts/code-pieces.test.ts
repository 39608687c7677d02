import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Language, parseSource } from '../symbols/syntax.ts';
import { codePieces } from './code-pieces.ts';
import type { Piece } from './tile.ts';

async function piecesOf(text: string, language: Language = 'typescript'): Promise<readonly Piece[] | null> {
  const source = await parseSource(text, language);
  assert.ok(source !== null);
  return codePieces(source);
}

/** `kind key (names)`, with what lies within in brackets. */
function shown(pieces: readonly Piece[]): readonly string[] {
  return pieces
    .filter(({ kind }) => kind !== 'mark')
    .map(({ kind, key, binds = [], inner }) => {
      const names = binds.length === 0 ? '' : ` (${binds.join(' ')})`;
      return `${kind}${key === undefined ? '' : ` ${key}`}${names}${inner === undefined ? '' : ` [${shown(inner.pieces).join(', ')}]`}`;
    });
}

async function outline(text: string, language?: Language): Promise<readonly string[]> {
  return shown((await piecesOf(text, language)) ?? assert.fail('it does not follow the grammar'));
}

test('imports of one module are one place, whatever they take from it', async () => {
  assert.deepEqual(
    await outline(
      "import { a, b as c } from './x';\nimport type { T } from './x';\nimport d from 'd';\nexport * from './y';\n",
    ),
    [
      "import import  './x' (a c)",
      "import import type './x' (T)",
      "import import d from 'd' (d)",
      "import export * from './y';",
    ],
  );
  assert.deepEqual(await outline('from a.b import c as d, e\nimport os.path\nimport sys\n', 'python'), [
    'import import  a.b (d e)',
    'import import os.path',
    'import import sys (sys)',
  ]);
});

test('declarations go by their names, and conditions by nothing', async () => {
  assert.deepEqual(
    await outline('export function run() {}\nconst a = 1, b = 2;\nif (a) { var x = 1; }\na += 1;\n// why\n'),
    ['symbol run (run)', 'symbol a b (a b)', 'other', 'other', 'comment'],
  );
});

test('what is declared under a condition is no place of its own', async () => {
  assert.deepEqual(
    await outline(
      'if a:\n    def f():\n        pass\ntry:\n    import b\nexcept E:\n    b = None\n',
      'python',
    ),
    ['other', 'other'],
  );
});

test('classes, interfaces and literal objects are looked into', async () => {
  assert.deepEqual(
    await outline(
      'class A {\n  b = 1;\n  static c() {}\n}\ninterface I {\n  d: string;\n}\nexport const o = {\n  e: 1,\n  f: { g: 2 },\n};\n',
    ),
    [
      'symbol A (A) [symbol b, symbol static c]',
      'symbol I (I) [symbol d]',
      'symbol o (o) [key e, key f [key g]]',
    ],
  );
  assert.deepEqual(
    await outline(
      'class A:\n    x = 1\n    def b(self):\n        pass\n\ndef test_it():\n    pass\n',
      'python',
    ),
    ['symbol A (A) [other, symbol A.b]', 'test test_it (test_it)'],
  );
});

test('tests go by their titles, suites are looked into, and what one test does is one thing', async () => {
  assert.deepEqual(
    await outline(
      "describe('users', () => {\n  it('log in', () => { const a = 1; });\n  it.only('log out', () => {});\n});\n",
    ),
    ['test test users [test test log in, test test log out]'],
  );
  assert.deepEqual(await outline('it(title, () => {});\n'), ['other']);
});

test('each piece is what stands there, in order, and within what it is a part of', async () => {
  const text = '// head\nimport { a } from "a";\n\nclass A {\n  b() {}\n\n  c() {}\n}\n';
  const check = (pieces: readonly Piece[], from: number, to: number): void => {
    let last = from;
    for (const piece of pieces) {
      assert.ok(piece.from >= last && piece.to <= to && piece.from < piece.to, JSON.stringify(piece));
      assert.doesNotMatch(text.slice(piece.to - 1, piece.to), /\s/);
      last = piece.to;
      if (piece.inner !== undefined) check(piece.inner.pieces, piece.inner.open, piece.to);
    }
  };
  const pieces = (await piecesOf(text)) ?? [];
  assert.equal(pieces.length, 3);
  check(pieces, 0, text.length);
});

test('a text that does not follow the grammar has no pieces', async () => {
  assert.equal(await piecesOf('function (\n'), null);
  assert.equal(await piecesOf('<<<<<<< ours\na\n', 'python'), null);
});
