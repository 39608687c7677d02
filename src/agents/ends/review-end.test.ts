import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEnd } from '../../ports/agent.ts';
import { END_FACTS, NO_SIGNS } from '../../testing/end-facts.ts';
import type { Review, Signs } from '../completion/scanner.ts';
import { agentEnd } from './agent-end.ts';
import type { EndFacts } from './end-facts.ts';

const EXIT = { is: 'exited', signal: null, truncated: false } as const;
const STOPPED = { is: 'stopped', truncated: false } as const;

function signs(verdict: Review['verdict'] | null, more: Partial<Signs> = {}): Signs {
  const review = verdict === null ? null : { verdict, detail: 'because' };
  return { ...NO_SIGNS, review, ...more };
}

function end(said: Signs, facts: Partial<EndFacts> = {}): AgentEnd {
  return agentEnd({
    ...END_FACTS,
    role: 'qa',
    observed: {
      ...END_FACTS.observed,
      signs: said,
      recentText: 'looked\n<promise>TASK_APPROVED: a</promise>\n',
    },
    ...facts,
  });
}

const reasonOf = (ended: AgentEnd): string => (ended.is === 'failed' ? ended.failure.reason : ended.is);

test('a verdict is what stands behind the promise, then what was printed before', () => {
  const ended = end(signs('approved'));
  assert.deepEqual(ended.is === 'reviewed' && ended.review, {
    verdict: 'approved',
    report: 'because\n\nlooked',
  });
});

test('an approval needs an end without trouble, a rejection does not', () => {
  const troubles: readonly (readonly [Partial<EndFacts>, string])[] = [
    [{ job: { ...EXIT, code: 3 } }, 'exit-code'],
    [{ job: { ...EXIT, code: null, signal: 'SIGSEGV' } }, 'signal'],
    [{ job: { ...EXIT, code: 0, excess: { limit: 'memory', detail: 'm' } } }, 'limit'],
    [{ job: { ...STOPPED, excess: { limit: 'memory', detail: 'm' } } }, 'limit'],
  ];
  for (const [facts, reason] of troubles) {
    assert.equal(reasonOf(end(signs('approved'), facts)), reason);
    assert.equal(end(signs('rejected'), facts).is, 'reviewed');
    assert.equal(end(signs('blocked'), facts).is, 'reviewed');
  }
});

test('one that hangs after its word is stopped, and its word counts', () => {
  for (const facts of [
    { job: { is: 'hard-timeout', truncated: false } },
    { job: STOPPED, cause: { is: 'idle' } },
  ] satisfies Partial<EndFacts>[])
    assert.equal(end(signs('approved'), facts).is, 'reviewed');
});

test('an approval needs the good word of a program that has one, a rejection does not', () => {
  const told = (
    verdict: EndFacts['observed']['verdict'],
    said: Signs,
    facts: Partial<EndFacts> = {},
  ): AgentEnd =>
    end(said, { hasVerdict: true, observed: { ...END_FACTS.observed, signs: said, verdict }, ...facts });
  const ways: readonly (readonly [Partial<EndFacts>, string])[] = [
    [{}, 'agent-error'],
    [{ job: { is: 'hard-timeout', truncated: false } }, 'hard-timeout'],
    [{ job: STOPPED, cause: { is: 'idle' } }, 'idle-timeout'],
  ];
  for (const [facts, reason] of ways) {
    for (const verdict of [undefined, { kind: 'service', detail: '500' } as const]) {
      assert.equal(reasonOf(told(verdict, signs('approved'), facts)), reason);
      assert.equal(told(verdict, signs('rejected'), facts).is, 'reviewed');
    }
    assert.equal(told(null, signs('approved'), facts).is, 'reviewed');
  }
});

test('without a verdict nothing is approved, whatever else it says', () => {
  assert.equal(reasonOf(end(signs(null))), 'no-verdict');
  assert.equal(
    reasonOf(end(signs(null, { promisedDone: true }), { marker: true, rule: 'exit-code' })),
    'no-verdict',
  );
  assert.equal(reasonOf(end(signs(null), { job: { ...EXIT, code: 2 } })), 'exit-code');
  assert.equal(reasonOf(end(signs(null, { promisedFailure: 'no' }))), 'declared-failed');
  const asked = { job: STOPPED, cause: { is: 'question', question: 'which?' } } as const;
  assert.deepEqual(end(signs(null), asked), {
    exitCode: null,
    usage: {},
    is: 'failed',
    failure: { reason: 'no-verdict', tail: 'which?' },
  });
});

test('one whose last answer used up a budget has looked, if its program had said by then that all went well', () => {
  type Told = EndFacts['observed']['verdict'];
  const at = (cause: EndFacts['cause'], verdict: Told, more: Partial<EndFacts> = {}) => {
    const observed = { ...END_FACTS.observed, signs: signs('approved'), verdict };
    return end(signs('approved'), { job: STOPPED, cause, hasVerdict: true, observed, ...more }).is;
  };
  const ofRun = { is: 'request', why: 'budget' } as const;
  const ofAttempt = { is: 'budget', of: 'attempt', whole: { usd: 1 } } as const;
  assert.equal(at(ofRun, null), 'reviewed');
  assert.equal(at(ofAttempt, null), 'reviewed');
  assert.equal(at(ofRun, undefined), 'stopped');
  assert.equal(at(ofRun, null, { job: { ...EXIT, code: 143 } }), 'reviewed', 'it ended when it was asked to');
  assert.equal(at(ofRun, null, { hasVerdict: false }), 'stopped', 'a command says nothing of its end');
  assert.equal(at(ofAttempt, undefined), 'failed');
  assert.equal(at({ is: 'request', why: 'cancelled' }, null), 'stopped');
});

test('one that was stopped by request, or lost, is to look again', () => {
  const stopped = { job: STOPPED, cause: { is: 'request', why: 'interrupted' } } as const;
  assert.equal(end(signs('approved'), stopped).is, 'stopped');
  assert.equal(end(signs('approved'), { job: { is: 'lost' } }).is, 'lost');
});
