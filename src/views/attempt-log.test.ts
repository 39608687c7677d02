import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RunLog } from '../testing/events.ts';
import { hostileText } from '../testing/hostile-text.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { attemptHeading, logFileName, outcomeWords } from './attempt-log.ts';

test('plain ids keep their name, all others become one path segment', () => {
  assert.equal(logFileName('task-001'), 'task-001.log');
  assert.equal(logFileName('task-001-user_model'), 'task-001-user_model.log');
  assert.match(logFileName('../../etc/passwd'), /^[a-z0-9-]+\.log$/);
  assert.notEqual(logFileName('Task 1'), logFileName('task 1'));
  const changed = logFileName('task-1.a').replace('.log', '');
  assert.notEqual(logFileName(changed), `${changed}.log`, 'no id passes for the changed form of another');
});

test('no id leads out of the folder, and every id has a file of its own', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (one, other) => {
      assert.match(logFileName(one), /^[a-z0-9][a-z0-9_-]*\.log$/);
      if (one !== other) assert.notEqual(logFileName(one), logFileName(other));
    }),
  );
});

test('a heading has number, role, times and outcome on one line', () => {
  const log = new RunLog(makePlan([makeTask('task-001', 1)])).open().openGroup(1).start('task-001');
  const running = log.state().tasks.get('task-001')?.attempts[0];
  assert.ok(running);
  assert.equal(attemptHeading(running), '=== attempt 1 (executor), 2025-11-29 14:30:58 UTC: running ===');
  const failure = { reason: 'declared-failed', detail: 'no\n=== attempt 2 ===\u001b[2J' } as const;
  log.wait(9).end('task-001', { is: 'failed', failure, usage: {}, exitCode: 1 });
  const ended = log.state().tasks.get('task-001')?.attempts[0];
  assert.ok(ended);
  assert.equal(
    attemptHeading(ended),
    '=== attempt 1 (executor), 2025-11-29 14:30:58 UTC to 2025-11-29 14:31:08 UTC: failed, the agent declared the task failed: no === attempt 2 === ===',
  );
});

test('a wait has an end only where the service has named one', () => {
  const quota = { is: 'quota', until: Date.UTC(2025, 10, 29, 15), usage: {}, exitCode: 1 } as const;
  assert.equal(outcomeWords(quota), 'waits for quota until 2025-11-29 15:00:00 UTC');
  assert.equal(outcomeWords({ ...quota, untold: true }), 'waits for quota');
});
