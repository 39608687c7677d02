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

it('is not what passes while nobody looks, as when this process and the agent are stopped', () => {
  const quiet = new Quiet();
  quiet.since(0, { wall: 0, steady: 0 });
  assert.equal(quiet.since(0, { wall: 9_000, steady: 9_000 }), 9_000);
  assert.ok(quiet.since(0, { wall: HOUR, steady: HOUR }) < 60_000);
  for (let steady = HOUR; steady < 2 * HOUR; steady += 1_000) quiet.since(0, { wall: steady, steady });
  assert.ok(quiet.since(0, { wall: 2 * HOUR, steady: 2 * HOUR }) > HOUR);
});

it('of an agent that is taken up counts from its last sign', () => {
  assert.equal(new Quiet().since(1_000, { wall: 4_000, steady: 10 }), 3_000);
  assert.equal(new Quiet().since(5_000, { wall: 4_000, steady: 10 }), 0, 'the clock was set back since');
});
