import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fewOf } from './few-of.ts';

test('the first names, each once and bounded, and how many more there are', () => {
  assert.equal(fewOf([]), '');
  assert.equal(fewOf(['a', 'b', 'a']), 'a, b');
  assert.equal(fewOf(['a', 'b', 'c']), 'a, b, c');
  assert.equal(fewOf(['a', 'b', 'c', 'd', 'e']), 'a, b, c and 2 more');
  assert.ok(fewOf(['x'.repeat(1000), 'y']).length < 150);
});
