import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again, for as many minutes as a busy machine may take. */
export async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + 4 * 60_000;
  while (!(await what())) {
    assert.ok(Date.now() < end, 'it never came to that');
    await sleep(50);
  }
}
