import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { Gate } from './gate.ts';

describe('a gate', () => {
  it('lets so many through at once, in the order of their coming, and after a failure too', async () => {
    const gate = new Gate(2);
    const order: number[] = [];
    let now = 0;
    let most = 0;
    const work = [1, 2, 3, 4, 5].map((number) =>
      gate.pass(async () => {
        now += 1;
        most = Math.max(most, now);
        order.push(number);
        await turn();
        now -= 1;
        if (number === 2) throw new Error('failed');
        return number;
      }),
    );
    const ended = await Promise.allSettled(work);
    assert.deepEqual(order, [1, 2, 3, 4, 5]);
    assert.equal(most, 2);
    assert.equal(ended.filter(({ status }) => status === 'rejected').length, 1);
  });

  it('lets one through where the number says none', async () => {
    assert.equal(await new Gate(0).pass(async () => 'through'), 'through');
  });
});
