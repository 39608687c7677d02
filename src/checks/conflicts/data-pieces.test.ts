import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { jsonRoot, yamlPieces } from './data-pieces.ts';
import type { Piece } from './tile.ts';

/** `kind key`, with what lies within in brackets. */
function shown(pieces: readonly Piece[]): readonly string[] {
  return pieces.map(
    ({ kind, key, inner }) =>
      `${kind}${key === undefined ? '' : ` ${key}`}${inner === undefined ? '' : ` [${shown(inner.pieces).join(', ')}]`}`,
  );
}

const none = (): boolean => false;

test('keys of an object are places, with commas and comments between them', () => {
  const text = '{\n  // why\n  "a": 1,\n  "b": {"c": [1, 2], "d": {}}\n}\n';
  const root = jsonRoot(text, none);
  assert.deepEqual(shown(root?.pieces ?? []), ['key a', 'key b [key c, key d [], mark]', 'comment', 'mark']);
  assert.equal(text[root?.open ?? -1], '{');
  assert.equal(text[root?.close ?? -1], '}');
});

test('keys below tables of packages are packages, and those below them are none', () => {
  const isPackages = (names: readonly string[]): boolean => names.join('/') === 'dependencies';
  const root = jsonRoot('{"dependencies": {"zod": "4", "x": {"y": 1}}, "name": "a"}', isPackages);
  assert.deepEqual(shown(root?.pieces ?? []), [
    'key dependencies [dependency zod, dependency x [key y], mark]',
    'key name',
    'mark',
  ]);
});

test('what is no object, or is broken, has no places', () => {
  for (const text of ['[]', '"a"', '', '{"a": }', '{"a": 1', '{a: 1}'])
    assert.equal(jsonRoot(text, none), null, text);
  assert.notEqual(jsonRoot('{"a": 1,}', none), null, 'a comma at the end is common');
});

test('keys of a map are places, with comments in lines of their own', () => {
  const text = '# head\na: 1\nb:\n  c: 2\n  # inner\n  d: [1, 2]\n# tail\n';
  const pieces = yamlPieces(text) ?? [];
  assert.deepEqual(shown(pieces), ['key a', 'key b [key c, key d, comment]', 'comment', 'comment']);
  assert.deepEqual(
    pieces.filter(({ kind }) => kind === 'comment').map(({ from, to }) => text.slice(from, to)),
    ['# head', '# tail'],
  );
});

test('what is no map in lines, more than one document, or odd keys, have no places', () => {
  for (const text of [
    '- a\n',
    'a',
    '{a: 1}\n',
    'a: 1\n---\nb: 2\n',
    'a: 1\na: 2\n',
    '? [a, b]\n: 1\n',
    'a: [\n',
  ])
    assert.equal(yamlPieces(text), null, text);
});

const KEY = fc.stringMatching(/^[a-z]{1,6}$/);
const { tree } = fc.letrec<{ tree: Readonly<Record<string, unknown>> }>((tie) => ({
  tree: fc.dictionary(
    KEY,
    fc.oneof({ maxDepth: 3 }, fc.integer(), fc.stringMatching(/^[a-z ]*$/), tie('tree')),
    {
      minKeys: 1,
      maxKeys: 4,
    },
  ),
}));

/** The keys, level by level. */
function keysOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keysOf(inner)]));
}

function keysIn(pieces: readonly Piece[]): unknown {
  const named = pieces.filter(({ kind }) => kind === 'key');
  return Object.fromEntries(
    named.map(({ key, inner }) => [key, inner === undefined ? null : keysIn(inner.pieces)]),
  );
}

test('any tree is found again, key by key, in both forms', () => {
  fc.assert(
    fc.property(tree, (value) => {
      assert.deepEqual(keysIn(jsonRoot(JSON.stringify(value, null, 2), none)?.pieces ?? []), keysOf(value));
      assert.deepEqual(keysIn(yamlPieces(stringify(value)) ?? []), keysOf(value));
    }),
  );
});
