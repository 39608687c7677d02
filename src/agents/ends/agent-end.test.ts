import assert from 'node:assert/strict';
import { test } from 'node:test';
import { END_FACTS, NO_SIGNS } from '../../testing/end-facts.ts';
import type { Signs } from '../completion/scanner.ts';
import { agentEnd } from './agent-end.ts';
import type { EndFacts } from './end-facts.ts';

const DONE: Signs = { ...NO_SIGNS, promisedDone: true };
const CRASHED: EndFacts['job'] = { is: 'exited', code: 1, signal: null, truncated: false };
const EXCESS = { limit: 'memory', detail: 'too much' } as const;
const STOPPED: EndFacts['job'] = { is: 'stopped', truncated: false };

const observed = (change: Partial<EndFacts['observed']>): EndFacts['observed'] => ({
  ...END_FACTS.observed,
  ...change,
});

const ASKS: Signs = { ...NO_SIGNS, promisedQuestion: 'q' };

const CASES: readonly (readonly [string, Partial<EndFacts>, object])[] = [
  ['a question by a sign', { observed: observed({ signs: ASKS }) }, { is: 'asking', question: 'q' }],
  [
    'a question by a sign, of an agent that stays',
    { job: STOPPED, cause: { is: 'idle' }, observed: observed({ signs: ASKS }) },
    { is: 'asking', question: 'q' },
  ],
  [
    'a question of who is done all the same',
    { observed: observed({ signs: { ...ASKS, promisedDone: true } }) },
    { is: 'done' },
  ],
  [
    'a question of who has failed',
    { observed: observed({ signs: { ...ASKS, promisedFailure: 'no' } }) },
    { is: 'failed', failure: { reason: 'declared-failed', detail: 'no' } },
  ],
  [
    'a session that is not the one it was to go on in',
    { observed: observed({ signs: DONE, session: 's2', strayed: true }) },
    { is: 'failed', failure: { reason: 'agent-error', kind: 'session', detail: 'it began another' } },
  ],
  [
    'a session, with what was used in it and how full it is',
    {
      observed: observed({ signs: DONE, session: 's', usage: { costUsd: 2, outputTokens: 7 }, context: 0.5 }),
    },
    { is: 'done', session: 's', usage: { costUsd: 2, outputTokens: 7 }, context: 0.5 },
  ],
  [
    'what it may use that is used up',
    { job: STOPPED, cause: { is: 'budget', of: 'attempt', whole: { usd: 1 } } },
    { is: 'failed', failure: { reason: 'budget', of: 'attempt', whole: { usd: 1 } } },
  ],
  [
    'the same, when it has said that it is done',
    {
      job: STOPPED,
      cause: { is: 'budget', of: 'task', whole: { usd: 1 } },
      observed: observed({ signs: DONE }),
    },
    { is: 'done' },
  ],
  ['exit 0 with a promise', { observed: observed({ signs: DONE }) }, { is: 'done', exitCode: 0 }],
  ['a machine that went down', { job: { is: 'lost' }, marker: true }, { is: 'lost', exitCode: null }],
  [
    'nothing to start',
    { job: { is: 'not-started', detail: 'no sh' } },
    { is: 'failed', failure: { reason: 'not-started', detail: 'no sh' } },
  ],
  [
    'the hard limit',
    { job: { is: 'hard-timeout', truncated: false } },
    { is: 'failed', failure: { reason: 'hard-timeout', afterMs: 10 } },
  ],
  [
    'the hard limit after it was done',
    { job: { is: 'hard-timeout', truncated: false }, marker: true },
    { is: 'done' },
  ],
  [
    'a limit',
    { job: { ...STOPPED, excess: EXCESS } },
    { is: 'failed', failure: { reason: 'limit', limit: 'memory', detail: 'too much', tail: 't' } },
  ],
  ['a limit after it was done', { job: { ...STOPPED, excess: EXCESS }, marker: true }, { is: 'done' }],
  [
    'a request that came before the limit',
    { job: { ...STOPPED, excess: EXCESS }, cause: { is: 'request', why: 'budget' } },
    { is: 'stopped', why: 'budget' },
  ],
  [
    'an exit for a limit',
    { job: { ...CRASHED, excess: EXCESS } },
    { is: 'failed', failure: { reason: 'limit', limit: 'memory', detail: 'too much', tail: 't' } },
  ],
  [
    'a declared failure is said, whatever else happened',
    {
      job: { ...CRASHED, excess: EXCESS },
      observed: observed({ signs: { ...NO_SIGNS, promisedFailure: 'no' } }),
    },
    { is: 'failed', failure: { reason: 'declared-failed', detail: 'no' } },
  ],
  ['a question and an exit', { observed: observed({ question: 'q' }) }, { is: 'asking', question: 'q' }],
  [
    'a refusal and a crash',
    { job: CRASHED, observed: observed({ quotaUntil: 5 }) },
    { is: 'quota', until: 5 },
  ],
  [
    "a refusal of its model's",
    { job: CRASHED, observed: observed({ quotaUntil: 5, quotaUntold: true, quotaOf: 'model' }) },
    { is: 'quota', until: 5, untold: true, of: 'model' },
  ],
  ['a refusal that it got over', { observed: observed({ quotaUntil: 5, signs: DONE }) }, { is: 'done' }],
  ['a request', { job: STOPPED, cause: { is: 'request', why: 'budget' } }, { is: 'stopped', why: 'budget' }],
  [
    'a request for the budget, of who is done',
    { job: STOPPED, cause: { is: 'request', why: 'budget' }, observed: observed({ signs: DONE }) },
    { is: 'done' },
  ],
  [
    'the same, of whose program does not say so',
    {
      job: STOPPED,
      cause: { is: 'request', why: 'budget' },
      hasVerdict: true,
      observed: observed({ signs: DONE, verdict: undefined }),
    },
    { is: 'stopped', why: 'budget' },
  ],
  [
    'a request to end what is done',
    { job: STOPPED, cause: { is: 'request', why: 'cancelled' }, marker: true },
    { is: 'stopped', why: 'cancelled' },
  ],
  ['a request that came too late', { cause: { is: 'request', why: 'budget' }, marker: true }, { is: 'done' }],
  [
    'a crash while it was asked to end',
    { job: CRASHED, cause: { is: 'request', why: 'cancelled' } },
    { is: 'stopped', why: 'cancelled' },
  ],
  [
    'silence noticed in the moment it exits',
    { job: CRASHED, cause: { is: 'idle' } },
    { is: 'failed', failure: { reason: 'exit-code', code: 1, tail: 't' } },
  ],
  ['a stop by somebody unknown', { job: STOPPED }, { is: 'lost' }],
  [
    'a stop by a supervisor before us, for its question',
    { job: STOPPED, observed: observed({ question: 'q' }) },
    { is: 'asking', question: 'q' },
  ],
  ['a stop by a supervisor before us, when it was done', { job: STOPPED, marker: true }, { is: 'done' }],
];

for (const [what, facts, expected] of CASES) {
  test(`${what}: ${JSON.stringify(expected)}`, () => {
    assert.partialDeepStrictEqual(agentEnd({ ...END_FACTS, ...facts }), expected);
  });
}
