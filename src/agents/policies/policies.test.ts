import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POLICIES } from './all.ts';
import type { Action, AgentView } from './policy.ts';

const QUIET: AgentView = {
  quietMs: 500,
  logFull: false,
  limits: { hardMs: 60_000, idleMs: 1_000, graceMs: 1, logBytes: 100 },
  stopRequest: null,
  declaredFailure: false,
  question: null,
  quotaUntil: null,
  strayed: false,
  full: false,
  spent: null,
};

function actions(change: Partial<AgentView>): readonly Action[] {
  return POLICIES.map((policy) => policy.decide({ ...QUIET, ...change })).filter((action) => action !== null);
}

test('an agent at work is left alone', () => assert.deepEqual(actions({}), []));

test('silence counts from its limit on, but not with a full log', () => {
  assert.deepEqual(actions({ quietMs: 1_000 }), [{ do: 'stop', cause: { is: 'idle' } }]);
  assert.deepEqual(actions({ quietMs: 999 }), []);
  assert.deepEqual(
    actions({ quietMs: 10_000, logFull: true }).map((action) => action.do),
    ['notice'],
  );
});

test('of several causes the request is named first, then what the agent waits for', () => {
  const causes = actions({
    stopRequest: 'budget',
    question: 'q',
    strayed: true,
    spent: { of: 'task', whole: { usd: 1 }, left: { usd: 1 } },
    quotaUntil: 7,
    declaredFailure: true,
    full: true,
    quietMs: 10_000,
  });
  assert.deepEqual(
    causes.map((action) => (action.do === 'stop' ? action.cause.is : action.do)),
    ['request', 'strayed', 'budget', 'quota', 'question', 'declared-failure', 'full', 'idle'],
  );
});
