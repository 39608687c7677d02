import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { AgentEvent, ClockTime } from '../driver.ts';
import { Observation } from './observation.ts';
import { quotaTime } from './quota-time.ts';

type Told = Omit<Extract<AgentEvent, { type: 'quota' }>, 'type'>;

const DAY_MS = 86_400_000;

function inZone(zone: string, clock: ClockTime, at: string): string | undefined {
  process.env['TZ'] = zone;
  const time = quotaTime({ type: 'quota', clock }, Date.parse(at));
  return time === undefined ? undefined : new Date(time).toISOString();
}

describe('a time at which a service may be asked again', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  const fiveTwenty = { hour: 17, minute: 20 };

  it('of day is the next one where the agent runs, with the minute over', () => {
    const noon = '2026-11-21T12:00:00Z';
    assert.equal(inZone('UTC', fiveTwenty, noon), '2026-11-21T17:21:00.000Z');
    assert.equal(inZone('America/New_York', fiveTwenty, noon), '2026-11-21T22:21:00.000Z');
    assert.equal(inZone('Asia/Kolkata', fiveTwenty, noon), '2026-11-22T11:51:00.000Z');
  });

  it('of day that has just passed is over, and not tomorrow', () => {
    assert.equal(inZone('UTC', fiveTwenty, '2026-11-21T17:20:30Z'), '2026-11-21T17:21:00.000Z');
    assert.equal(inZone('UTC', fiveTwenty, '2026-11-21T17:24:00Z'), '2026-11-21T17:21:00.000Z');
    const midnight = { hour: 23, minute: 59 };
    assert.equal(inZone('UTC', midnight, '2026-11-22T00:00:20Z'), '2026-11-22T00:00:00.000Z');
  });

  it('of day is found on the days on which summer time begins and ends', () => {
    const half = { hour: 2, minute: 30 };
    // It comes twice: the first is over when the second is meant.
    assert.equal(inZone('Europe/Berlin', half, '2026-10-25T00:10:00Z'), '2026-10-25T00:31:00.000Z');
    assert.equal(inZone('Europe/Berlin', half, '2026-10-25T00:55:00Z'), '2026-10-25T01:31:00.000Z');
    // It does not come at all.
    assert.equal(inZone('Europe/Berlin', half, '2026-03-29T00:10:00Z'), '2026-03-30T00:31:00.000Z');
    const later = { hour: 9, minute: 0 };
    assert.equal(inZone('Europe/Berlin', later, '2026-03-28T23:30:00Z'), '2026-03-29T07:01:00.000Z');
  });

  it('with a date is that day, however far', () => {
    const date = { year: 2026, month: 12, day: 1 };
    const at = '2026-11-21T12:00:00Z';
    assert.equal(inZone('Europe/Berlin', { ...fiveTwenty, date }, at), '2026-12-01T16:21:00.000Z');
    const past = { year: 2026, month: 11, day: 20 };
    assert.equal(inZone('UTC', { ...fiveTwenty, date: past }, at), '2026-11-20T17:21:00.000Z');
  });

  it('is any that is told, and never so far that nobody comes back', () => {
    const number = fc.oneof(fc.nat(), fc.double({ min: 0, noNaN: false }), fc.constantFrom(1e300, 2 ** 53));
    const told: fc.Arbitrary<Told> = fc.oneof(
      fc.record({ until: number }),
      fc.record({ afterMs: number }),
      fc.record({ clock: fc.record({ hour: fc.nat(30), minute: fc.nat(70) }) }),
      fc.record({
        clock: fc.record({
          hour: fc.nat(23),
          minute: fc.nat(59),
          date: fc.record({ year: fc.nat(), month: fc.nat(), day: fc.nat() }),
        }),
      }),
    );
    const now = Date.UTC(2026, 10, 21);
    fc.assert(
      fc.property(told, (event) => {
        const time = quotaTime({ type: 'quota', ...event }, now);
        if (time === undefined) return;
        assert.ok(time <= now + 31 * DAY_MS);
        assert.ok(!Number.isNaN(new Date(time).getTime()));
      }),
    );
  });

  it('stands when the agent then says without one that it is refused', () => {
    const observed = new Observation({ task: 'task-001', given: [] });
    observed.take({ type: 'quota', until: 5_000_000 }, 1000);
    observed.take({ type: 'quota' }, 2000);
    assert.deepEqual([observed.quotaUntil, observed.quotaUntold], [5_000_000, false]);
  });
});
