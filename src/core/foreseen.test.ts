import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitName, doneOutcome, RunLog, someWork } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { decide } from './decide.ts';
import type { EventBody } from './event.ts';
import { changesIn, type ForeseenConflict, NOTHING_FORESEEN, openConflicts } from './foreseen.ts';
import { liveHeads } from './live-heads.ts';
import { conflictMessage } from './message.ts';

const plan = makePlan([makeTask('a', 1), makeTask('b', 1), makeTask('c', 1)]);
const AB: ForeseenConflict = { task: 'a', other: 'b', paths: ['x.ts'] };
const A_MERGED: ForeseenConflict = { task: 'a', other: null, paths: ['y.ts'] };

function looked(found: readonly ForeseenConflict[], gone: readonly ForeseenConflict[] = []): EventBody {
  const sides = gone.map(({ task, other }) => ({ task, other }));
  return { type: 'conflicts.foreseen', found: found.map((one) => ({ ...one, known: false })), gone: sides };
}

function running(): RunLog {
  return new RunLog(plan).open().openGroup(1).start('a').start('b').start('c');
}

test('the first look is news, then only what has changed', () => {
  assert.deepEqual(changesIn(NOTHING_FORESEEN, { conflicts: [], unseen: [] }), { found: [], gone: [] });
  const { foreseen } = running()
    .add(looked([AB]))
    .state();
  assert.equal(changesIn(foreseen, { conflicts: [AB], unseen: [] }), null);
  const more = { ...AB, paths: ['x.ts', 'z.ts'] };
  assert.deepEqual(changesIn(foreseen, { conflicts: [more, A_MERGED], unseen: [] }), {
    found: [
      { ...more, known: true },
      { ...A_MERGED, known: false },
    ],
    gone: [],
  });
  assert.deepEqual(changesIn(foreseen, { conflicts: [], unseen: [] })?.gone, [{ task: 'a', other: 'b' }]);
});

test('of work that could not be looked at nothing is over', () => {
  const { foreseen } = running()
    .add(looked([AB]))
    .state();
  assert.equal(changesIn(foreseen, { conflicts: [], unseen: ['b'] }), null);
});

test('a conflict is over when it is not seen any more, and can come again', () => {
  const log = running().add(looked([AB]), looked([], [AB]));
  assert.deepEqual(openConflicts(log.state().foreseen), []);
  const since = log.state().foreseen.conflicts.values().next().value?.at;
  const [again] = openConflicts(log.add(looked([AB])).state().foreseen);
  assert.deepEqual([again?.at, again?.goneAt], [since, null]);
});

test('a conflict is over when one side is settled, also when that came while somebody looked', () => {
  const failure = { reason: 'not-started', detail: 'x' } as const;
  const log = running().add(looked([AB]));
  log.end('a', { is: 'failed', failure, usage: {}, exitCode: null });
  assert.equal(openConflicts(log.state().foreseen).length, 1);
  log.add({ type: 'task.failed', task: 'a', failure }, looked([AB]));
  assert.deepEqual(openConflicts(log.state().foreseen), []);
  assert.equal(log.state().foreseen.conflicts.size, 1);
});

test('heads are the slots of agents at work, the tips of finished work, and what a next try goes on from', () => {
  const log = running();
  const failure = { reason: 'exit-code', code: 1, tail: '' } as const;
  const work = someWork({ tip: commitName('d4') });
  log.end('b', doneOutcome({ work: someWork({ tip: commitName('b2') }) }));
  log.end('c', { is: 'failed', failure, usage: {}, exitCode: 1, work });
  const base = commitName('a1');
  assert.deepEqual(liveHeads(log.state()), [
    { task: 'a', base, at: { is: 'slot', worktree: '/slots/slot-1', attempt: 1 } },
    { task: 'b', base, at: { is: 'commit', commit: commitName('b2') } },
    { task: 'c', base, at: { is: 'commit', commit: commitName('d4') } },
  ]);
  log.accept('b').merge('b');
  assert.equal(liveHeads(log.state())[1]?.at.is, 'commit');
  log.advance(['b']);
  log.add({ type: 'task.failed', task: 'c', failure });
  assert.deepEqual(
    liveHeads(log.state()).map(({ task }) => task),
    ['a'],
  );
});

test('the next try is told, in words that no file name can break out of', () => {
  const failure = { reason: 'exit-code', code: 1, tail: '' } as const;
  const log = new RunLog(plan, { ...TEST_SETTINGS, maxParallel: 3 })
    .open()
    .openGroup(1)
    .start('a')
    .start('b');
  log.add(looked([{ ...AB, paths: ['x\n# Heading.ts'] }]));
  log.end('a', { is: 'failed', failure, usage: {}, exitCode: 1 });
  log.add({ type: 'task.retrying', task: 'a', notBefore: 0, failure });
  const started = decide(log.state(), log.now + 10_000).events.find(
    (event) => event.type === 'attempt.starting' && event.task === 'a',
  );
  assert.ok(started?.type === 'attempt.starting');
  assert.match(started.feedback, /^The last try did not succeed/);
  assert.match(started.feedback, /\n {4}- with the work of b: x # Heading\.ts\n/);
});

test('a message has the fields of every message between agents', () => {
  const at = Date.UTC(2025, 10, 29, 14, 30, 52);
  const message = conflictMessage({ run: 'run-1', task: 'b', number: 2 }, AB, at);
  assert.match(message.message_id, /^msg_20251129_143052_[0-9a-f]{6}$/);
  assert.deepEqual(message.metadata, { task_id: 'b', related_files: ['x.ts'] });
  assert.equal(message.payload['other_task'], 'a');
  assert.equal(message.subject, 'Your changes would conflict with the work of a in x.ts');
  const merged = conflictMessage({ run: 'run-1', task: 'a', number: 1 }, A_MERGED, at);
  assert.deepEqual([merged.payload['tasks'], merged.payload['other_task']], [['a'], null]);
  assert.notEqual(merged.conversation_id, message.conversation_id);
});
