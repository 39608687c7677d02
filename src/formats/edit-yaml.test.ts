import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { editYaml, type YamlField } from './edit-yaml.ts';

const STATE: YamlField = { path: ['state'], value: 'NEW' };

test('every other character stays', () => {
  const before = `%YAML 1.2
---
# mine
oct: 0755
hex: 0x1F
big: 12345678901234567890
odd:   {a:   1,b: [1,2]}   # kept
list:
    - x   # one
    - 'y'
state: OLD # where it stands
text: |
  two
    lines
`;
  assert.equal(editYaml(before, [STATE]), before.replace('OLD', 'NEW'));
  assert.equal(
    editYaml(before, [{ path: ['list'], value: ['x', 'y', 'z: 1'] }]),
    before.replace("- 'y'", "- 'y'\n    - 'z: 1'").replace("'z: 1'", '"z: 1"'),
  );
});

test('line ends, quotes and lists stay of their kind', () => {
  for (const [before, field, after] of [
    ['a: 1\r\nstate: OLD\r\n', STATE, 'a: 1\r\nstate: NEW\r\n'],
    ['a: 1\r\n', STATE, 'a: 1\r\nstate: NEW\r\n'],
    ['state: "OLD"', STATE, 'state: "NEW"'],
    ['a: 1', STATE, 'a: 1\nstate: NEW\n'],
    ['', STATE, 'state: NEW\n'],
    ['# nothing\n', STATE, '# nothing\nstate: NEW\n'],
    ['state:\nb: 1\n', STATE, 'state: NEW\nb: 1\n'],
    ['state: # why\nb: 1\n', STATE, 'state: NEW # why\nb: 1\n'],
    ['{a: 1}\n', STATE, '{a: 1, state: NEW}\n'],
    ['l: [a,  b] # x\n', { path: ['l'], value: ['a', 'b', 'c'] }, 'l: [a,  b, c] # x\n'],
    ['l: [a, b]\n', { path: ['l'], value: ['c'] }, 'l: [c]\n'],
    ['l:\n- a\n- b\nm: 1\n', { path: ['l'], value: [] }, 'l:\n []\nm: 1\n'],
    ['t:\n   n: 1 # one\nb: 1\n', { path: ['t', 'm'], value: 2 }, 't:\n   n: 1 # one\n   m: 2\nb: 1\n'],
    ['t: {n: 1}\n', { path: ['t', 'n'], value: 2 }, 't: {n: 2}\n'],
    ['t:\nb: 1\n', { path: ['t', 'n'], value: 2 }, 't:\n  n: 2\nb: 1\n'],
    ['b: 1\n', { path: ['t', 'n'], value: 2 }, 'b: 1\nt:\n  n: 2\n'],
    ['a: 1\n', { path: ['at'], value: '2026-02-07T11:00:00Z' }, 'a: 1\nat: "2026-02-07T11:00:00Z"\n'],
  ] as const)
    assert.equal(editYaml(before, [field]), after);
});

test('what cannot be edited in place is printed anew, with the same values', () => {
  for (const before of ['a: 1\n...\n', 'a: &x OLD\nstate: *x\n', 'state: !!str OLD\n', 'state: |\n  OLD\n']) {
    const after = editYaml(before, [STATE]);
    assert.deepEqual(parse(after), { ...parse(before), state: 'NEW' }, after);
  }
});

test('whatever stands there, the fields have their values and others keep theirs', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.array(fc.string(), { maxLength: 4 }));
  const key = fc.constantFrom('a', 'b', 'c', 'x y');
  const leaf = fc.oneof(value, fc.constant(null), fc.boolean());
  const tree = fc.dictionary(
    key,
    fc.oneof(leaf, fc.dictionary(key, leaf, { maxKeys: 3, noNullPrototype: true })),
    {
      maxKeys: 4,
      noNullPrototype: true,
    },
  );
  const path = fc.oneof(
    key.map((each) => [each]),
    fc.tuple(key, key).map(([one, two]) => [one, two]),
  );
  const styles = fc.record({
    collectionStyle: fc.constantFrom('any' as const, 'flow' as const),
    indent: fc.constantFrom(2, 4),
    indentSeq: fc.boolean(),
    defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'BLOCK_LITERAL' as const),
  });
  fc.assert(
    fc.property(tree, path, value, styles, (drawn, at, wanted, style) => {
      const text = stringify(drawn, style);
      // Not always what was drawn: a block of a single blank is read as empty.
      const before: Record<string, unknown> = parse(text) ?? {};
      const after = parse(editYaml(text, [{ path: at, value: wanted }]));
      const [first = '', second] = at;
      const inner = before[first];
      const isMap = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
      const expected = second === undefined ? wanted : { ...(isMap ? inner : {}), [second]: wanted };
      assert.deepEqual(after, { ...before, [first]: expected });
    }),
    { numRuns: 500 },
  );
});
