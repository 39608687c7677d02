/**
 * Another process that wants the same lock. `count FILE COUNTER TIMES` adds to the number in a file, reading and
 * writing it in two steps; `hold FILE` prints `held` and keeps the lock until it is killed.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { withLock } from '../process/lock.ts';

const [what, file = '', counter = '', times = '0'] = process.argv.slice(2);

if (what === 'count') {
  for (let done = 0; done < Number(times); done += 1) {
    const result = await withLock(file, async () => {
      const before = Number(readFileSync(counter, 'utf8'));
      await sleep(1);
      writeFileSync(counter, String(before + 1));
    });
    if (!result.ok) throw new Error(JSON.stringify(result.error));
  }
} else {
  await withLock(file, async () => {
    process.stdout.write('held\n');
    await sleep(600_000);
  });
}
