import assert from 'node:assert/strict';
import { it } from 'node:test';

import { Quiet } from './quiet.ts';

const HOUR = 3_600_000;

it('is measured between looks, whatever becomes of the clock', () => {
  const quiet = new Quiet();
  assert.equal(quiet.since(1_000, { wall: 1_000, steady: 50 }), 0);
  assert.equal(quiet.since(1_000, { wall: 1_200 + HOUR, steady: 250 }), 200, 'set forward, or asleep');
  assert.equal(quiet.since(1_000, { wall: 1_300 - HOUR, steady: 350 }), 300, 'set back');
});

it('ends with each sign, also with one of an earlier time', () => {
  const quiet = new Quiet();
  quiet.since(HOUR, { wall: HOUR, steady: 0 });
  assert.equal(quiet.since(HOUR, { wall: HOUR, steady: 500 }), 500);
  assert.equal(quiet.since(2_000, { wall: 2_000, steady: 600 }), 0);
  assert.equal(quiet.since(2_000, { wall: 2_000, steady: 700 }), 100);
});

it('of an agent that is taken up counts from its last sign', () => {
  assert.equal(new Quiet().since(1_000, { wall: 4_000, steady: 10 }), 3_000);
  assert.equal(new Quiet().since(5_000, { wall: 4_000, steady: 10 }), 0, 'the clock was set back since');
});
