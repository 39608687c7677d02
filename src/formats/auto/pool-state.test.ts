import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { idleSlot, newPoolState, poolStateText, readPoolState } from './pool-state.ts';

const NAME = '.claude/pool-state.json';
const AT = '2026-02-07T10:00:00.000Z';

test('what is written is read again, with whatever else somebody wrote into it', () => {
  const state = newPoolState([{ id: 'wt-1', path: '.claude/worktree-pool/wt-1' }], AT);
  const read = readPoolState(NAME, poolStateText({ ...state, owner: 'me' }));
  assert.deepEqual(read, { ok: true, value: { ...state, owner: 'me' } });
});

test('what is wrong is told with its place', () => {
  const slot = idleSlot('wt-1', 'p');
  const cases: readonly (readonly [change: object, message: RegExp])[] = [
    [{ worktrees: [slot, slot] }, /^\.claude\/pool-state\.json:\d+:\d+ worktrees\.1: wt-1 is there twice$/],
    [{ worktrees: [{ ...slot, id: '../x' }] }, /worktrees\.0\.id: must be wt- and a number/],
    [{ worktrees: [{ ...slot, status: 'busy' }] }, /wt-1 is busy, without a task or a branch/],
    [{ pool_size: 0 }, /pool_size: must be 1 or more/],
  ];
  for (const [change, message] of cases) {
    const read = readPoolState(NAME, poolStateText({ ...newPoolState([], AT), pool_size: 1, ...change }));
    assert.ok(!read.ok);
    assert.match(read.error, message);
  }
});

test('any text gives a state or a problem', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .record({ version: fc.constant('1.0'), pool_size: fc.anything(), worktrees: fc.anything() })
      .map((value) => JSON.stringify(value) ?? ''),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const read = readPoolState(NAME, text);
      if (!read.ok) assert.ok(read.error.startsWith(NAME));
    }),
  );
});
