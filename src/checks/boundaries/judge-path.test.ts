import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScopeEntry } from '../../core/plan.ts';
import type { EntryKind, PathChange } from '../../ports/commit-reader.ts';
import { did, judgePath } from './judge-path.ts';
import { rulesOf } from './paths.ts';

function change(path: string, was: EntryKind | null, is: EntryKind | null): PathChange {
  const kind = was === null ? 'added' : is === null ? 'deleted' : 'modified';
  return { path, kind, was, is, lines: is === null ? [] : [{ start: 3, end: 4 }], oldLines: [] };
}

const added = change('src/a.ts', null, 'file');
const modified = change('src/a.ts', 'file', 'file');
const deleted = change('src/a.ts', 'file', null);

function entries(texts: readonly string[]): readonly ScopeEntry[] {
  return texts.map((text) => {
    const [pattern = '', symbol] = text.split('::');
    return symbol === undefined ? { pattern } : { pattern, symbol };
  });
}

interface Keys {
  readonly create?: readonly string[];
  readonly modify?: readonly string[];
  readonly boundary?: readonly string[];
}

/** `whole`, `parts App`, `outside`, `refused was …`, with notes behind a `+`. */
function judged(what: PathChange, { create = [], modify = [], boundary = [] }: Keys): string {
  const rules = rulesOf(
    { create: entries(create), modify: entries(modify), boundary: entries(boundary) },
    false,
  );
  const answer = judgePath(what, rules);
  switch (answer.is) {
    case 'whole':
      return ['whole', ...answer.notes.map(({ finding }) => finding.message)].join(' + ');
    case 'parts':
      return `parts ${answer.symbols.join(' ')}`;
    case 'refused':
      return `refused ${answer.breach.finding.line ?? '-'} ${answer.breach.finding.message}`;
    case 'outside':
      return 'outside';
  }
}

test('what a scope names may be changed, all else lies outside', () => {
  assert.equal(judged(modified, { modify: ['src/'] }), 'whole');
  assert.equal(judged(added, { create: ['src/*.ts'] }), 'whole');
  assert.equal(judged(added, { modify: ['src/a.ts'] }), 'whole');
  assert.equal(judged(modified, { modify: ['lib/'] }), 'outside');
  assert.equal(judged(modified, {}), 'whole', 'no limit');
});

test('a BOUNDARY counts before everything, but for a part of a file', () => {
  const refusal = 'refused 3 was changed, but lies in the BOUNDARY src/**, which this task must leave alone';
  assert.equal(judged(modified, { modify: ['src/a.ts'], boundary: ['src/**'] }), refusal);
  assert.equal(judged(modified, { boundary: ['src/**'] }), refusal);
  assert.equal(judged(modified, { modify: ['src/a.ts'], boundary: ['src/a.ts::App'] }), 'whole');
});

test('CREATE changes no file that was there, but for the one that it names', () => {
  assert.match(
    judged(modified, { create: ['src/*.ts'] }),
    /^refused 3 .*CREATE src\/\*\.ts allows new files only/,
  );
  assert.match(judged(modified, { create: ['src/a.ts'] }), /^whole \+ was there on the base already/);
  assert.match(judged(deleted, { create: ['src/a.ts'] }), /^refused - was deleted; CREATE does not allow/);
  assert.equal(judged(deleted, { modify: ['src/a.ts'] }), 'whole + was deleted');
});

test('of a file with named parts only they may be changed, and only as text', () => {
  const parts = { modify: ['src/a.ts::App', 'src/a.ts::App', 'src/*.ts::run'] };
  assert.equal(judged(modified, parts), 'parts App run');
  assert.equal(judged(added, parts), 'parts App run');
  assert.match(judged(deleted, parts), /^refused - was deleted, but only src\/a\.ts::App, /);
  assert.match(
    judged(change('src/a.ts', 'file', 'program'), parts),
    /^refused - was made a file that may be executed/,
  );
  assert.match(
    judged(change('src/a.ts', 'file', 'link'), parts),
    /^refused - was made a symbolic link of a plain file/,
  );
  assert.equal(judged(modified, { modify: [...parts.modify, 'src/'] }), 'whole', 'the whole is named, too');
});

test('a link is shown, and a submodule is changed only by its own name', () => {
  assert.equal(
    judged(change('src/a.ts', null, 'link'), { modify: ['src/'] }),
    'whole + was added as a symbolic link',
  );
  assert.equal(judged(change('src/a.ts', 'link', 'link'), { modify: ['src/'] }), 'whole');
  const submodule = change('sub', 'submodule', 'submodule');
  assert.match(
    judged(submodule, { modify: ['*'] }),
    /^refused - was changed; a submodule may be changed only where/,
  );
  assert.equal(judged(submodule, { modify: ['sub/'] }), 'whole');
  assert.match(judged(change('sub', 'submodule', null), { modify: ['*'] }), /^refused/);
});

test('what was done is told by kind', () => {
  assert.equal(did(change('a', null, 'program')), 'was added');
  assert.equal(did(change('a', null, 'submodule')), 'was added as a submodule');
  assert.equal(did(change('a', 'program', 'file')), 'was made a plain file of a file that may be executed');
});
