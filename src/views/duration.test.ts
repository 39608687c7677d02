import assert from 'node:assert/strict';
import { test } from 'node:test';
import { START } from '../testing/events.ts';
import { clockDuration, isoTime, longDuration, shortDuration, utcTime } from './duration.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('short durations', () => {
  const shown = [0, 999, 42_000, 12 * MINUTE, 12 * MINUTE + 5000, 92 * MINUTE, 76 * HOUR, -5000].map(
    shortDuration,
  );
  assert.deepEqual(shown, ['0s', '0s', '42s', '12min', '12min 5s', '1h 32min', '3d 4h', '0s']);
});

test('long durations name the two largest units', () => {
  const shown = [1000, 42_000, MINUTE, 104 * MINUTE, 24 * HOUR, 25 * HOUR + MINUTE].map(longDuration);
  assert.deepEqual(shown, [
    '1 second',
    '42 seconds',
    '1 minute',
    '1 hour 44 minutes',
    '1 day',
    '1 day 1 hour',
  ]);
});

test('a clock goes on behind a day', () => {
  assert.equal(clockDuration(23 * MINUTE + 15_000), '00:23:15');
  assert.equal(clockDuration(30 * HOUR), '30:00:00');
});

test('times are in UTC and say so', () => {
  assert.equal(utcTime(START), '2025-11-29 14:30:52 UTC');
  assert.equal(isoTime(START), '2025-11-29T14:30:52.000Z');
});
