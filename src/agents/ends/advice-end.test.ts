import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_ANSWER } from '../../core/attempt.ts';
import type { AgentEnd } from '../../ports/agent.ts';
import { Observation } from '../listening/observation.ts';
import { agentEnd } from './agent-end.ts';
import type { EndFacts } from './end-facts.ts';

const EXIT = { is: 'exited', code: 0, signal: null, truncated: false } as const;

function end(words: string, facts: Partial<EndFacts> = {}): AgentEnd {
  const observed = new Observation({ task: 'a', given: [] });
  observed.take({ type: 'text', text: words }, 0);
  observed.end();
  return agentEnd({
    role: 'adviser',
    job: EXIT,
    cause: null,
    observed,
    marker: false,
    rule: 'exit-code',
    hasVerdict: false,
    keepsSessions: false,
    limits: { hardMs: 1000, idleMs: 1000, graceMs: 10, logBytes: 1000 },
    tail: '',
    peaks: null,
    ...facts,
  });
}

const ANSWER = '<promise>TASK_ANSWER: a The left one:\nit is there already.</promise>';
const advice = (ended: AgentEnd): unknown => (ended.is === 'advised' ? ended.advice : ended);

test('an answer is what stands in its promise, whatever its process ended with', () => {
  const answer = { is: 'answer', text: 'The left one:\nit is there already.' };
  assert.deepEqual(advice(end(`I looked.\n${ANSWER}`)), answer);
  assert.deepEqual(advice(end(ANSWER, { job: { ...EXIT, code: 1 } })), answer);
  assert.deepEqual(advice(end(`${ANSWER}\n<promise>NO_ANSWER: a it is about money</promise>`)), {
    is: 'none',
    why: 'it is about money',
  });
  assert.deepEqual(advice(end('<promise>TASK_ANSWER: b The left one</promise>')), none(NO_ANSWER));
});

test('who says neither, or asks, or claims to be done, has no answer', () => {
  for (const words of [
    'Left.',
    '<promise>TASK_DONE: a</promise>',
    '<promise>TASK_QUESTION: a What?</promise>',
    '<promise>TASK_ANSWER: a </promise>',
  ])
    assert.deepEqual(advice(end(words, { marker: true })), none(NO_ANSWER), words);
});

test('an end that is nobody’s word stays what it is', () => {
  const stopped = { is: 'stopped', truncated: false } as const;
  assert.equal(end(ANSWER, { job: stopped, cause: { is: 'request', why: 'cancelled' } }).is, 'stopped');
  assert.equal(end('', { job: { is: 'lost', truncated: false } as EndFacts['job'] }).is, 'lost');
  assert.equal(end('', { job: { ...EXIT, code: 2 } }).is, 'failed');
  assert.equal(end('', { job: stopped, cause: { is: 'quota', until: 7 } }).is, 'quota');
});

function none(why: string): object {
  return { is: 'none', why };
}
