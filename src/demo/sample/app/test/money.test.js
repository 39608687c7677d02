import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCents, parseCents } from '../src/money.js';

test('amounts go both ways', () => {
  for (const text of ['0.00', '12.34', '-3.05']) assert.equal(formatCents(parseCents(text)), text);
});

test('anything else is refused', () => {
  assert.throws(() => parseCents('twelve'), /not an amount/);
});
