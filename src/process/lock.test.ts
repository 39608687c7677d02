import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { withLock } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'cox-lock-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const CHILD = fileURLToPath(new URL('../testing/lock-child.ts', import.meta.url));

function child(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function holder(file: string): Promise<ChildProcess> {
  const held = child('hold', file);
  if (held.stdout === null) throw new Error('no output');
  await once(held.stdout, 'data');
  return held;
}

test('gives what the work gives', async () => {
  assert.deepEqual(await withLock(join(folder, 'deep', 'value.lock'), () => 42), { ok: true, value: 42 });
});

test('processes exclude one another', async () => {
  const file = join(folder, 'count.lock');
  const counter = join(folder, 'counter');
  writeFileSync(counter, '0');
  const children = Array.from({ length: 8 }, () => child('count', file, counter, '10'));
  const codes = await Promise.all(children.map(async (one) => (await once(one, 'exit'))[0]));
  assert.deepEqual(codes, Array(8).fill(0));
  assert.equal(readFileSync(counter, 'utf8'), '80');
});

test('callers of one process come in turn, by whatever name', async () => {
  const file = join(folder, 'turn.lock');
  symlinkSync(folder, join(folder, 'link'));
  const order: number[] = [];
  let inside = 0;
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      withLock(index % 2 === 0 ? file : join(folder, 'link', 'turn.lock'), async () => {
        inside += 1;
        assert.equal(inside, 1);
        await sleep(1);
        order.push(index);
        inside -= 1;
      }),
    ),
  );
  assert.deepEqual(
    order,
    order.map((_, index) => index),
  );
});

test('different files do not wait for each other', async () => {
  const result = await withLock(join(folder, 'a.lock'), () => withLock(join(folder, 'b.lock'), () => 'both'));
  assert.deepEqual(result, { ok: true, value: { ok: true, value: 'both' } });
});

test('waiting for another process leaves the event loop free and can be bounded', async () => {
  const file = join(folder, 'bounded.lock');
  const other = await holder(file);
  const result = await withLock(file, () => 'never', { timeoutMs: 50 });
  assert.deepEqual(result, { ok: false, error: { reason: 'timeout', afterMs: 50 } });
  const waiting = withLock(file, () => 'mine', { timeoutMs: 60_000 });
  for (let turns = 0; turns < 20; turns += 1) await sleep(5);
  other.kill('SIGKILL');
  assert.deepEqual(await waiting, { ok: true, value: 'mine' });
});

test('the lock of a killed holder is free', async () => {
  const file = join(folder, 'killed.lock');
  const other = await holder(file);
  const waiting = withLock(file, () => 'mine', { timeoutMs: 30_000 });
  await sleep(50);
  other.kill('SIGKILL');
  assert.deepEqual(await waiting, { ok: true, value: 'mine' });
});

test('a caller that gives up lets nobody pass', async () => {
  const file = join(folder, 'patience.lock');
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = withLock(file, async () => {
    await gate.promise;
    order.push('first');
  });
  const second = withLock(file, () => order.push('second'), { timeoutMs: 20 });
  const third = withLock(file, () => order.push('third'));
  assert.deepEqual(await second, { ok: false, error: { reason: 'timeout', afterMs: 20 } });
  gate.resolve();
  await Promise.all([first, third]);
  assert.deepEqual(order, ['first', 'third']);
});

test('what the work throws is passed on, and the lock is free again', async () => {
  const file = join(folder, 'throws.lock');
  await assert.rejects(
    withLock(file, () => {
      throw new Error('from the work');
    }),
    /from the work/,
  );
  assert.deepEqual(await withLock(file, () => 1, { timeoutMs: 5_000 }), { ok: true, value: 1 });
});

test('a file that cannot be locked is a value with the reason', async () => {
  const plain = join(folder, 'plain');
  writeFileSync(plain, '');
  for (const file of [folder, join(plain, 'below.lock')]) {
    const result = await withLock(file, () => 1);
    assert.ok(!result.ok && result.error.reason === 'unusable');
    assert.ok(result.error.detail.includes(file));
  }
});
