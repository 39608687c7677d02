import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import type { AttemptOutcome } from '../core/attempt.ts';
import { Marks } from './marks.ts';

const OUTCOME: AttemptOutcome = { is: 'stopped', why: 'cancelled', usage: {}, exitCode: null };

test('an outcome is on the disk before it has its name: its slot is given to others next', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'cox-marks-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'outcome.json');
  const handle = await open(join(folder, 'other'), 'w');
  await handle.close();
  const synced: string[] = [];
  const isNamed = (): Promise<boolean> =>
    stat(file).then(
      () => true,
      () => false,
    );
  const sync = mock.method(Object.getPrototypeOf(handle), 'sync', async () => {
    synced.push(`${await readFile(`${file}.tmp`, 'utf8')} ${await isNamed()}`);
  });
  t.after(() => sync.mock.restore());
  const marks = new Marks(folder);
  assert.deepEqual(await marks.setOutcome(OUTCOME), { ok: true, value: undefined });
  assert.deepEqual(synced, [`${JSON.stringify(OUTCOME)} false`]);
  assert.deepEqual(await marks.outcome(), OUTCOME);
});
