import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { eachRound } from './rounds.ts';

const PACE = { everyMs: 7, most: 20 };

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    assert.ok(tries < 12_000, 'waited too long');
    await sleep(5);
  }
}

test('all of one pause look in one go, in the order in which they came', async () => {
  const seen: string[] = [];
  const leave = ['a', 'b', 'c'].map((name) => eachRound(PACE, () => seen.push(name)));
  await until(() => seen.length >= 6);
  for (const each of leave) each();
  assert.deepEqual(seen.slice(0, 6), ['a', 'b', 'c', 'a', 'b', 'c']);
  const { length } = seen;
  assert.equal(length % 3, 0);
  await sleep(30);
  assert.equal(seen.length, length);
});

test('one may leave, or another come, while they look', async () => {
  const seen: string[] = [];
  let leaveSecond = (): void => undefined;
  let leaveThird = (): void => undefined;
  const leaveFirst = eachRound(PACE, () => {
    seen.push('first');
    leaveSecond();
    if (seen.length === 1) leaveThird = eachRound(PACE, () => seen.push('third'));
  });
  leaveSecond = eachRound(PACE, () => seen.push('second'));
  await until(() => seen.includes('third') && seen.length > 3);
  leaveFirst();
  leaveThird();
  assert.equal(seen.includes('second'), false);
});

test('who has left twice, or late, takes nothing from others', async () => {
  const leaveEarly = eachRound(PACE, () => undefined);
  leaveEarly();
  let looks = 0;
  const leave = eachRound(PACE, () => {
    looks += 1;
  });
  leaveEarly();
  await until(() => looks > 2);
  leave();
});
