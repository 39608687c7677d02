import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { hostileText, UNPRINTABLE } from '../../testing/hostile-text.ts';
import { bar, cells } from './bar.ts';
import { clean, cleanLines, cut, fill } from './clean.ts';
import { COLOURED, PLAIN } from './style.ts';

test('one line, cut with an ellipsis', () => {
  assert.equal(clean('a\nb\u001b[31mc'), 'a bc');
  assert.equal(clean('hello world', 8), 'hello w…');
  assert.equal(clean('hello world', 7), 'hello…');
  assert.equal(clean('hello', 5), 'hello');
  assert.equal(clean('日本語', 5), '日本…');
  assert.equal(clean('日本語', 6), '日本語');
  assert.equal(clean('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3), '👩‍👩‍👧‍👦…');
  assert.equal(clean('hello', 0), '');
});

test('several lines keep their shape', () => {
  assert.deepEqual(cleanLines('a\n\tb\u0007\nlong line', 6), ['a', '  b', 'long…']);
});

test('any text keeps within its width and harms no terminal', () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 0, max: 120 }), (text, width) => {
      const line = clean(text, width);
      assert.ok(stringWidth(line) <= width, JSON.stringify(line));
      assert.doesNotMatch(line, new RegExp(`${UNPRINTABLE.source}|[\\n\\t]`));
      assert.equal(stringWidth(fill(line, width)), width);
      assert.equal(cut(line, width), line);
    }),
    { numRuns: 300 },
  );
});

test('a megabyte of a title costs no more than what is shown of it', () => {
  const started = performance.now();
  for (let index = 0; index < 20; index += 1) clean('漢字'.repeat(500_000), 60);
  assert.ok(performance.now() - started < 10_000);
});

test('the bar is filled two cells at a time and only full at the end', () => {
  assert.equal(bar(0, 5), '[░░░░░░░░░░░░░░░░]');
  assert.equal(bar(3, 5), '[████████░░░░░░░░]');
  assert.equal(bar(999, 1000), '[██████████████░░]');
  assert.equal(bar(5, 5), '[████████████████]');
  assert.equal(bar(0, 0), '[░░░░░░░░░░░░░░░░]');
  assert.deepEqual(
    [cells(Number.NaN), cells(-3), cells(7)].map((text) => text.lastIndexOf('█')),
    [-1, -1, 15],
  );
});

test('without colours the text is the text', () => {
  for (const paint of Object.values(PLAIN)) assert.equal(paint('x'), 'x');
  assert.equal(COLOURED.bad('x'), '\u001b[31mx\u001b[39m');
  assert.equal(COLOURED.strong(''), '');
});
