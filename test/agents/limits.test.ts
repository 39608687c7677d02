/** When a service may be asked again, as the real programs tell what it said. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LimitedPart } from '../../src/core/attempt.ts';
import type { Reply } from '../lib/model-server/reply.ts';
import { openRealAgent, programOf, type RealAgent, type RealAgentBench } from '../lib/real-agent.ts';
import { CLAUDE_SUBSCRIBED, CODEX, GEMINI, OPENCODE, PI } from '../lib/real-agents.ts';

const HOUR = 3600;

interface Limit {
  readonly what: string;
  readonly agent: RealAgent;
  /** Seconds from now. */
  readonly ends: number;
  /** `at` is in seconds since the epoch. */
  readonly reply: (at: number, seconds: number) => Reply;
  readonly of?: LimitedPart;
}

const usageLimit = (resets_at: number, resets_in_seconds: number): Reply => ({
  error: 429,
  body: {
    error: {
      type: 'usage_limit_reached',
      message: 'The usage limit has been reached',
      plan_type: 'plus',
      resets_at,
      resets_in_seconds,
    },
  },
});

/** Codex is told of limits by headers, whose names hold that of the limit. */
const modelLimit = (at: number, seconds: number): Reply => ({
  ...usageLimit(at, seconds),
  headers: {
    'x-codex-active-limit': 'codex_spark',
    'x-codex-spark-limit-name': 'GPT-Spark',
    'x-codex-spark-primary-used-percent': '100',
    'x-codex-spark-primary-window-minutes': '300',
    'x-codex-spark-primary-reset-at': String(at),
  },
});

const weekOfOpus = (at: number, seconds: number): Reply => claim('seven_day_opus', at, seconds);
const subscription = (at: number, seconds: number): Reply => claim('five_hour', at, seconds);

const claim = (name: string, at: number, seconds: number): Reply => ({
  error: 429,
  headers: {
    'retry-after': String(seconds),
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': String(at),
    'anthropic-ratelimit-unified-representative-claim': name,
  },
});

const perMinute = (_: number, seconds: number): Reply => ({
  error: 429,
  body: {
    error: {
      code: 429,
      message: 'You exceeded your current quota.',
      status: 'RESOURCE_EXHAUSTED',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` }],
    },
  },
});

const retryAfter = (_: number, seconds: number): Reply => ({
  error: 429,
  headers: { 'retry-after': String(seconds) },
});

const LIMITS: readonly Limit[] = [
  {
    what: 'of a subscription',
    agent: CLAUDE_SUBSCRIBED,
    ends: 3 * HOUR,
    reply: subscription,
    of: 'credential',
  },
  { what: 'of one model of it', agent: CLAUDE_SUBSCRIBED, ends: 3 * HOUR, reply: weekOfOpus, of: 'model' },
  { what: "of one of Codex's models", agent: CODEX, ends: 300, reply: modelLimit, of: 'model' },
  { what: 'of today, as Codex words it', agent: CODEX, ends: 300, reply: usageLimit },
  { what: 'of another day, as Codex words it', agent: CODEX, ends: 75 * HOUR, reply: usageLimit },
  { what: 'of a minute, as Gemini CLI words it', agent: GEMINI, ends: 38, reply: perMinute },
  {
    what: 'of an hour, for which opencode would wait in silence',
    agent: OPENCODE,
    ends: HOUR,
    reply: retryAfter,
  },
  { what: 'of an hour, as pi is told', agent: PI, ends: HOUR, reply: retryAfter },
];

for (const { what, agent, ends, reply, of } of LIMITS)
  describe(`the limit ${what}`, {
    skip: programOf(agent) === null && `${agent.program} is not installed`,
  }, () => {
    let real: RealAgentBench;
    before(async () => {
      real = await openRealAgent(agent);
    });
    after(() => real.close());

    it('is waited for to its end, and less than a minute longer', async () => {
      // By when it was said, for some programs take long to begin.
      const told: number[] = [];
      const script = (): Reply => {
        const at = Math.floor(Date.now() / 1000) + ends;
        told.push(at);
        return reply(at, ends);
      };
      const { end } = real.start({ name: 'limit', script });
      const ended = await end;
      assert.ok(ended.is === 'quota' && ended.untold !== true, JSON.stringify(ended));
      const until = ended.until / 1000;
      const [first = Number.NaN, last = first] = [told[0], told.at(-1)];
      assert.ok(until >= first && until <= last + 60, `${until}, told ${told}: ${JSON.stringify(ended)}`);
      assert.ok(ended.session !== undefined);
      assert.equal(ended.of, of);
    });
  });
