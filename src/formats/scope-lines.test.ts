import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FindingList } from './finding-list.ts';
import { LocatedText } from './located-text.ts';
import { readScopeLine } from './scope-lines.ts';

function read(text: string) {
  const findings = new FindingList();
  const source = new LocatedText('plan.md', `\n${text}`);
  const around = { source, findings, of: 'the files', tasks: ['a'] };
  const line = readScopeLine({ text, offset: 1, bullet: false }, around);
  const told = findings.sorted('').map(({ rule, severity, line: at, column, tasks }) => {
    return `${severity} ${rule} ${at}:${column} ${tasks.join()}`;
  });
  return { ...line, entries: line.entries.map(({ value, at }) => `${value.pattern} ${at.column}`), told };
}

test('paths are given with their places, braces written out', () => {
  assert.deepEqual(read('src/{a,b}.ts, c.ts'), {
    entries: ['src/a.ts 1', 'src/b.ts 1', 'c.ts 15'],
    hasProse: false,
    hasNotes: false,
    isRefused: false,
    told: [],
  });
});

test('what is no path, or none that can be taken, is told of where it stands, and the rest counts', () => {
  assert.deepEqual(read('a.ts, some files, ../outside.ts'), {
    entries: ['a.ts 1'],
    hasProse: true,
    hasNotes: false,
    isRefused: true,
    told: ['warning scope-text 2:7 a', 'error path-outside-repository 2:19 a'],
  });
});

test('what looks like a part of a file, and is not written as one, is told of', () => {
  const { entries, told } = read('a.py:main, src/b.ts:C.m, c.py#main, d.py::E#f, C#/e.cs, .a:b/c.d');
  assert.equal(entries.length, 6);
  assert.deepEqual(told, [
    'warning scope-part 2:1 a',
    'warning scope-part 2:12 a',
    'warning scope-part 2:26 a',
  ]);
});

test('numbers of lines are a note, and the file is meant', () => {
  const { entries, hasNotes, told } = read('a.py:12-30, `src/b.ts:7`');
  assert.deepEqual(entries, ['a.py 1', 'src/b.ts 13']);
  assert.deepEqual([hasNotes, told], [true, []]);
});

test('words for what is done with a path are no paths', () => {
  const entriesOf = (text: string): readonly string[] =>
    read(text).entries.map((each) => each.split(' ')[0] ?? '');
  assert.deepEqual(entriesOf('Create: `src/a.ts`'), ['src/a.ts']);
  assert.deepEqual(entriesOf('Modify: src/a.ts, Test: `tests/a.test.ts:3-9`'), [
    'src/a.ts',
    'tests/a.test.ts',
  ]);
  assert.deepEqual(entriesOf('**Update**: `Makefile`'), ['Makefile']);
  assert.deepEqual(entriesOf('tests: all of them, Makefile'), ['tests', 'Makefile']);
});

test('stars around the name of a file are told of, for they stand for any characters', () => {
  const { entries, told } = read('*a.py*, ***src/b.ts***, *c.py, `*d.py*`, *.py, *test*, **/e.py');
  assert.deepEqual(told, ['warning scope-stars 2:1 a', 'warning scope-stars 2:9 a']);
  assert.equal(entries.length, 7);
});
