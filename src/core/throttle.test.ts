import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { answered, carried, refused, refusedCredentials, roomOf, type Throttle } from './throttle.ts';

const once = refused(undefined, {
  at: 1000,
  until: 50_000,
  since: 0,
  running: 5,
  shortest: 1,
  isWhole: false,
});

describe('a credential whose service refuses work', () => {
  it('is waited for as long as told, then one is tried, then half of what there were', () => {
    assert.equal(roomOf(once, [], 49_999), 0);
    assert.equal(roomOf(once, [], 50_000), 1);
    assert.equal(roomOf(once, [50_000], 50_001), 0);
    assert.equal(roomOf(answered(once, 50_000), [50_000], 50_001), 1);
  });

  it('is refused once by all that ran at that time', () => {
    const again = refused(once, {
      at: 1500,
      until: null,
      since: 500,
      running: 4,
      shortest: 1,
      isWhole: false,
    });
    assert.deepEqual([again.limit, again.until], [2, 61_500]);
    const later = refused(once, {
      at: 60_000,
      until: null,
      since: 55_000,
      running: 2,
      shortest: 1,
      isWhole: false,
    });
    assert.deepEqual([later.limit, later.refusals], [1, 2]);
  });

  it('is refused anew by an agent from before once it has answered another', () => {
    const open = answered(once, 50_000);
    assert.deepEqual([open.isProbing, open.refusals], [false, 0]);
    const again = refused(open, {
      at: 90_000,
      until: null,
      since: 0,
      running: 2,
      shortest: 1,
      isWhole: false,
    });
    assert.deepEqual([again.limit, again.refusals, again.refusedAt], [1, 1, 90_000]);
    assert.deepEqual([again.until, again.waitingSince], [150_000, 90_000]);
  });

  it('that is refused altogether is doubted, tried by one, and given up when that one is refused as well', () => {
    const refusal = { running: 5, shortest: 1000 };
    const first = refusedCredentials(undefined, { ...refusal, at: 5000, since: 0 });
    assert.deepEqual([first.credentials, first.isWhole, roomOf(first, [], 6000)], ['doubted', true, 1]);
    const beside = refusedCredentials(first, { ...refusal, at: 5100, since: 0 });
    assert.equal(beside.credentials, 'doubted', 'who was started before it says nothing more');
    const again = refusedCredentials(beside, { ...refusal, at: 7000, since: 6500 });
    assert.deepEqual([again.credentials, roomOf(again, [], Number.MAX_SAFE_INTEGER)], ['refused', 0]);
    const late = refusedCredentials(again, { ...refusal, at: 7500, since: 0 });
    assert.equal(late.credentials, 'refused');
  });

  it('is taken again only by an attempt that comes to its end with it, whatever is answered', () => {
    const first = refusedCredentials(undefined, {
      at: 5000,
      since: 0,
      running: 5,
      shortest: 1,
    });
    assert.equal(answered(first, 6000).credentials, 'doubted');
    assert.equal(carried(first, 0, 9)?.credentials, 'doubted');
    assert.equal(carried(first, 6000, 9)?.credentials, 'taken');
    const untold = refused(first, {
      at: 7000,
      until: null,
      since: 6000,
      running: 1,
      shortest: 1,
      isWhole: false,
    });
    assert.deepEqual([untold.credentials, untold.isWhole], ['doubted', true]);
  });

  it('waits longer each time that no time is named, and not for ever', () => {
    let throttle = refused(undefined, {
      at: 0,
      until: null,
      since: 0,
      running: 1,
      shortest: 1,
      isWhole: false,
    });
    const waits = Array.from({ length: 7 }, () => {
      const at = throttle.until;
      throttle = refused(throttle, { at, until: null, since: at, running: 1, shortest: 1, isWhole: false });
      return (throttle.until - at) / 60_000;
    });
    assert.deepEqual(waits, [2, 4, 8, 15, 15, 15, 15]);
  });

  it('is free again after enough good ends, of attempts that came after', () => {
    assert.equal(carried(once, 0, 5), once);
    const up = carried(once, 50_000, 5);
    assert.equal(up?.limit, 3);
    assert.equal(up !== undefined && carried(up, 50_000, 4), undefined);
  });

  it('has never room for more than its limit, and some once it has been waited for', () => {
    const step = fc.tuple(fc.nat(2), fc.nat(200_000));
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 1, max: 9 }), (steps, most) => {
        const world = new World(most);
        for (const [kind, wait] of steps) world.step(kind, wait);
      }),
    );
  });
});

/** Starts whatever there is room for. */
class World {
  #now = 1_000_000;
  #throttle: Throttle | undefined;
  #running: readonly number[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The oldest is refused, gets an answer, or comes to a good end. */
  step(kind: number, wait: number): void {
    this.#now += wait;
    this.#start();
    const [since, ...rest] = this.#running;
    if (since === undefined) return;
    const before = this.#throttle;
    this.#throttle = this.#after(kind, since);
    this.#compare(before, this.#throttle);
    if (kind !== 1) this.#running = rest;
  }

  #start(): void {
    const throttle = this.#throttle;
    const now = this.#now;
    const room =
      throttle === undefined ? this.#most - this.#running.length : roomOf(throttle, this.#running, now);
    if (throttle !== undefined && now >= throttle.until && this.#running.length === 0) assert.ok(room > 0);
    this.#running = [...this.#running, ...Array.from({ length: room }, () => now)];
    assert.ok(this.#running.length <= this.#most);
  }

  #after(kind: number, since: number): Throttle | undefined {
    const throttle = this.#throttle;
    const running = this.#running.length;
    if (kind === 0)
      return refused(throttle, { at: this.#now, until: null, since, running, shortest: 1, isWhole: false });
    if (throttle === undefined) return undefined;
    return kind === 1 ? answered(throttle, since) : carried(throttle, since, this.#most);
  }

  #compare(before: Throttle | undefined, after: Throttle | undefined): void {
    if (after === undefined) return assert.ok(before === undefined || before.limit >= this.#most - 1);
    assert.ok(after.limit >= 1 && after.limit <= this.#most);
    if (before === undefined) return;
    assert.ok(after.limit - before.limit <= 1);
    if (after.refusals > before.refusals) assert.ok(after.limit <= Math.max(1, before.limit / 2));
  }
}
