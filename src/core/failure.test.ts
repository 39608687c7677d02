import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeFailure, type Failure } from './failure.ts';
import { feedbackOf } from './feedback.ts';

test('an agent that a signal ended cannot be told from one that exited with its number, and both are said', () => {
  const failure = { reason: 'signal', signal: 'SIGTERM', tail: '' } as const;
  assert.equal(
    describeFailure({ ...failure, status: 143 }),
    'the agent ended with exit 143, as after SIGTERM; see its log',
  );
  assert.equal(describeFailure(failure), 'the agent was ended by SIGTERM; see its log');
});

test('of an agent that exited badly, the last that it said is told, in one line', () => {
  const failure = { reason: 'exit-code', code: 3 } as const;
  assert.equal(describeFailure({ ...failure, tail: '' }), 'the agent exited with 3; see its log');
  assert.equal(
    describeFailure({ ...failure, tail: 'working\n\n  Error: no key  \n---\n' }),
    'the agent exited with 3: Error: no key; see its log',
  );
  const long = describeFailure({ ...failure, tail: 'x'.repeat(5000) });
  assert.ok(long.length < 400, `${long.length} characters`);
});

test('of work that lies in a further worktree it is said where', () => {
  const aside = ['.claude/worktrees/other'];
  assert.match(
    describeFailure({ reason: 'nothing-changed', aside }),
    /worktree \.claude\/worktrees\/other is no/,
  );
  assert.match(feedbackOf({ reason: 'nothing-changed', aside }), /other is no part of its work/);
});

test('of work that lies in a stash alone it is said where that is kept', () => {
  const failure: Failure = { reason: 'nothing-changed', stash: 'abc123' };
  assert.match(describeFailure(failure), /changed nothing; what it has stashed is commit abc123/);
  assert.match(feedbackOf(failure), /stashed is commit abc123/);
});

test('a command that is not found may only be hidden from the agent', () => {
  for (const code of [126, 127]) {
    assert.equal(
      describeFailure({ reason: 'exit-code', code, tail: 'sh: 1: /srv/agent: not found' }),
      `the agent exited with ${code}: sh: 1: /srv/agent: not found; where a program exists and is not found in the sandbox, name its folder in sandbox.readable; see its log`,
    );
  }
});

test('what only a person can do about it is no part of what the next try is told', () => {
  const failures: readonly Failure[] = [
    { reason: 'exit-code', code: 127, tail: '' },
    { reason: 'signal', signal: 'SIGKILL', tail: '' },
    { reason: 'nothing-changed' },
    { reason: 'agent-error', kind: 'turns', detail: '50' },
    { reason: 'agent-error', kind: 'options', detail: 'mode x' },
    { reason: 'agent-error', kind: 'credentials', detail: '403', of: 'model' },
    { reason: 'declared-failed', detail: '' },
    { reason: 'hard-timeout', afterMs: 9000 },
    { reason: 'idle-timeout', afterMs: 9000 },
    { reason: 'limit', limit: 'memory', detail: '2 GB of memory', tail: '' },
    { reason: 'budget', of: 'attempt', whole: { usd: 2, tokens: 9 } },
    { reason: 'budget', of: 'task', whole: { usd: 2 } },
    { reason: 'lost', times: 11 },
    { reason: 'qa-blocked', report: 'no network' },
    { reason: 'no-verdict', tail: '' },
  ];
  for (const failure of failures) {
    const told = /^The last try did not succeed: (.*)\.$/m.exec(feedbackOf(failure))?.[1] ?? '';
    const shown = describeFailure(failure);
    assert.ok(told !== '' && shown.startsWith(`${told}; `), `${shown} / ${told}`);
    assert.doesNotMatch(told, /see its log|raise|sandbox\.|smaller|log in|resume/, told);
  }
});
