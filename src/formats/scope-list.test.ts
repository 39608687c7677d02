import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { expandEntry } from './scope-entry.ts';
import { readScopeList } from './scope-list.ts';

function entries(text: string, bullet = false): readonly string[] {
  const { entries: found, prose } = readScopeList(text, bullet);
  assert.deepEqual(prose, [], text);
  return found.map((entry) => entry.text);
}

describe('readScopeList, within a line', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['a.py', ['a.py']],
    ['a/{b,c}.py, a/tests/*.py', ['a/{b,c}.py', 'a/tests/*.py']],
    ['a/{b, c}.py', ['a/{b,c}.py']],
    ['f.py::Class.method, g.py', ['f.py::Class.method', 'g.py']],
    ['`f.py`::Class, `g.py`', ['f.py::Class', 'g.py']],
    ['`a.py` `b.py` and `c.py`', ['a.py', 'b.py', 'c.py']],
    ['a.py，b.py (new)、c.py - it；`d.py`，e.py', ['a.py', 'b.py', 'c.py', 'd.py', 'e.py']],
    ['a.py (do not modify), b.py (owned by task-001)', ['a.py', 'b.py']],
    ['a.py (uses (nested) notes, too), b.py', ['a.py', 'b.py']],
    ['a.py - the model, b.py — the view', ['a.py', 'b.py']],
    ['a.py # remark', ['a.py']],
    ['a.py: the model', ['a.py']],
    ['"a.py", \'b.py\'', ['a.py', 'b.py']],
    ['[a.py, "b.py"]', ['a.py', 'b.py']],
    ['app/(auth)/page.tsx', ['app/(auth)/page.tsx']],
    ['app/[id]/page.tsx, [id].tsx', ['app/[id]/page.tsx', '[id].tsx']],
    ['[]', []],
    ['[ ]', []],
    ['(none)', []],
    ['(none - read only)', []],
    ['none', []],
    ['None.', []],
    ['**none**', []],
    ['N/A', []],
    ['-', []],
    ['nothing (it only verifies)', []],
    ['', []],
    ['a.py,, ,b.py,', ['a.py', 'b.py']],
    ['**/*', ['**/*']],
    ['*.py', ['*.py']],
    ['a-b.py, c_d.py', ['a-b.py', 'c_d.py']],
    ['`a path/with blanks.md`', ['a path/with blanks.md']],
    ['a.py.', ['a.py']],
    ['a.py, b/*.', ['a.py', 'b/*']],
    ['src/.', ['src/.']],
    ['a.py:', ['a.py']],
    ['`a.py, b.py`, c.py', ['a.py', 'b.py', 'c.py']],
    ['`a/{b, c}.py`', ['a/{b,c}.py']],
    ['`a path, with a comma.md`', ['a path, with a comma.md']],
    ['[a.py](a.py), [src/b](../b.py)', ['a.py', 'src/b']],
    ['app/[id](x).tsx', ['app/[id](x).tsx']],
    ['**src/a.py** - the model', ['src/a.py']],
    ['_src/a.py_, __b.py__ (new)', ['src/a.py', 'b.py']],
    ['_private.py, __init__.py, _a/b_.py, src/_x_/', ['_private.py', '__init__.py', '_a/b_.py', 'src/_x_/']],
    ['~~~a.py, a.py~, ~b/~~', ['~~~a.py', 'a.py~', '~b/~~']],
    ['**/a/**', ['**/a/**']],
    ['a.py::, `b.py::`', ['a.py', 'b.py']],
    ['|---|:-:|', []],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => assert.deepEqual(entries(text), expected));
  }
});

describe('readScopeList, a bullet', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['`a.py` - the model, with a comma and `code`', ['a.py']],
    ['`a.py` (do not modify) - more, and more', ['a.py']],
    ['`a.py`: the model, as it is', ['a.py']],
    ['a.py - the model, as it is', ['a.py']],
    ['`a.py`, `b.py`', ['a.py', 'b.py']],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => assert.deepEqual(entries(text, true), expected));
  }
});

describe('readScopeList, what is no path', () => {
  it('is told apart, with its place', () => {
    assert.deepEqual(readScopeList(' a.py, all files in apps, b.py', false), {
      entries: [
        { text: 'a.py', offset: 1 },
        { text: 'b.py', offset: 26 },
      ],
      prose: [{ text: 'all files in apps', offset: 7 }],
      hasNotes: false,
    });
  });

  for (const text of ['all', 'Everything', 'others', 'etc.', '…', '...', 'DELETE: old.py']) {
    it(`${JSON.stringify(text)} names no path`, () => {
      const { entries: found, prose } = readScopeList(text, false);
      assert.deepEqual([found.length, prose.length], [0, 1]);
    });
  }

  it('nor does what is crossed out', () => {
    for (const [text, struck] of [
      ['~~a.py~~, b.py', '~~a.py~~'],
      ['b.py, ~~`a.py`~~ (moved)', '~~`a.py`~~'],
      ['~~a.py, c.py~~, b.py', '~~a.py, c.py~~'],
    ] as const) {
      const { entries: found, prose } = readScopeList(text, false);
      assert.deepEqual(
        [found.map((each) => each.text), prose.map((each) => each.text)],
        [['b.py'], [struck]],
      );
    }
  });

  it('a word before a path in backticks is none', () => {
    const { entries: found, prose } = readScopeList('Add `a.py`', true);
    assert.deepEqual([found.map(({ text }) => text), prose.map(({ text }) => text)], [['a.py'], ['Add']]);
    assert.deepEqual(readScopeList('""`', false).prose, []);
  });

  it('what a note says is told apart from what only repeats the list', () => {
    const hasNotes = (text: string) => readScopeList(text, false).hasNotes;
    for (const text of [
      'a.py (owned by task-001)',
      'a.py - the model',
      'a.py # first',
      'a.py: keep it',
      '(none: see below)',
    ])
      assert.equal(hasNotes(text), true, text);
    for (const text of ['a.py', '(none)', 'a.py (new), b.py (do not modify)', 'a.py, `b.py`'])
      assert.equal(hasNotes(text), false, text);
    assert.equal(hasNotes(`a (${'.'.repeat(100_000)}x)`), true);
  });

  it('any text gives pieces that lie in it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('a', ' ', ',', '`', '(', ')', '{', '}', '[', ']', '-', ':', '"', 'none'), {
          maxLength: 30,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.boolean(), (given, bullet) => {
        const { entries: found, prose } = readScopeList(given, bullet);
        for (const { offset, text: piece } of [...found, ...prose]) {
          assert.ok(offset >= 0 && offset < given.length);
          assert.notEqual(piece, '');
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('expandEntry', () => {
  function patterns(text: string): readonly string[] {
    const expanded = expandEntry(text);
    assert.ok(expanded.ok, text);
    return expanded.value.map(({ pattern, symbol }) =>
      symbol === undefined ? pattern : `${pattern}::${symbol}`,
    );
  }

  const good: readonly (readonly [string, readonly string[]])[] = [
    ['a/{b,c}.py', ['a/b.py', 'a/c.py']],
    ['a/{b,{c,d}}/*.py', ['a/b/*.py', 'a/c/*.py', 'a/d/*.py']],
    ['m{1..3}.py', ['m1.py', 'm2.py', 'm3.py']],
    ['f.py::{A,B}.run', ['f.py::A.run', 'f.py::B.run']],
    ['f.py::A.run()', ['f.py::A.run']],
    ['f.rs::A::run', ['f.rs::A.run']],
    ['f.py::', ['f.py']],
    ['./a//b/./c.py', ['a/b/c.py']],
    ['a\\b\\c.py', ['a/b/c.py']],
    ['src/', ['src/']],
    ['src/.', ['src/']],
    ['.', ['**/*']],
    ['{{name}}/x.py', ['{{name}}/x.py']],
    ['.github/x.yml', ['.github/x.yml']],
    ['a..b/c', ['a..b/c']],
  ];
  for (const [text, expected] of good) it(text, () => assert.deepEqual(patterns(text), expected));

  const bad: readonly (readonly [string, string])[] = [
    ['../x.py', 'path-outside-repository'],
    ['a/../../x.py', 'path-outside-repository'],
    ['a/..', 'path-outside-repository'],
    ['a\\..\\..\\x', 'path-outside-repository'],
    ['/etc/passwd', 'path-outside-repository'],
    ['\\\\host\\share', 'path-outside-repository'],
    ['C:\\x', 'path-outside-repository'],
    ['c:x', 'path-outside-repository'],
    ['~/x', 'path-outside-repository'],
    ['{a,../b}', 'path-outside-repository'],
    ['{.,x}./y', 'path-outside-repository'],
    ['.git/hooks/pre-commit', 'path-in-git-folder'],
    ['sub/.GIT/config', 'path-in-git-folder'],
    ['a\0b', 'path-invalid'],
    ['a\u001b[31mb', 'path-invalid'],
    ['a/{b.py', 'path-invalid'],
    ['x'.repeat(1001), 'path-invalid'],
    ['{1..100000000}', 'too-many-paths'],
    ['!a.py', 'path-invalid'],
    ['{a,b}'.repeat(100), 'too-many-paths'],
    ['{1..999}{1..999}', 'too-many-paths'],
    [`${'{a,'.repeat(200)}b${'}'.repeat(200)}`, 'too-many-paths'],
  ];
  for (const [text, rule] of bad) {
    it(`${JSON.stringify(text.slice(0, 40))} is refused: ${rule}`, () => {
      const expanded = expandEntry(text);
      assert.equal(expanded.ok ? null : expanded.error.rule, rule);
    });
  }

  it('gives only paths that stay in the repository', () => {
    const text = fc.array(
      fc.constantFrom('a', '/', '..', '.', '\\', '{', '}', ',', ':', '~', '*', '.git', '\n'),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(text, (parts) => {
        const expanded = expandEntry(parts.join(''));
        for (const { pattern } of expanded.ok ? expanded.value : []) {
          assert.doesNotMatch(pattern, /(^|\/)\.\.(\/|$)|^\/|\\|[\u0000-\u001f]|(^|\/)\.git(\/|$)/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
