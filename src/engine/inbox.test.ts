import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../ports/clock.ts';
import { Inbox } from './inbox.ts';

/** Each sleep lasts until it is ended by hand. */
function heldClock(): {
  readonly clock: Clock;
  readonly pauses: number[];
  readonly end: () => Promise<void>;
} {
  const pauses: number[] = [];
  let endSleep = (): void => undefined;
  const sleep = (ms: number): Promise<void> => {
    pauses.push(ms);
    return new Promise((resolve) => {
      endSleep = resolve;
    });
  };
  const end = async (): Promise<void> => {
    endSleep();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock: { now: () => 0, sleep }, pauses, end };
}

test('progress is handed over once a second, that of more than twenty less often, and no more than the latest of each', async () => {
  const { clock, pauses, end } = heldClock();
  const inbox = new Inbox(clock, new AbortController().signal);
  const tell = (step: string, agents: number): void => {
    for (let agent = 0; agent < agents; agent += 1)
      inbox.put({ type: 'attempt.progress', task: `t${agent}`, attempt: 1, step });
  };
  for (const agents of [20, 60, 2, 1]) {
    tell('early', agents);
    tell('late', agents);
    assert.deepEqual(inbox.take(), []);
    await end();
    const taken = inbox.take();
    assert.equal(taken.length, agents);
    assert.ok(taken.every((report) => report.type === 'attempt.progress' && report.step === 'late'));
  }
  assert.deepEqual(pauses, [1_000, 1_000, 3_000, 1_000]);
});
