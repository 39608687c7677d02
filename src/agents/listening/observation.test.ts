import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Redactor } from '../../process/redact.ts';
import type { AgentEvent } from '../driver.ts';
import { Observation } from './observation.ts';

const KEY = 'a-secret-value';

function observe(): Observation {
  const redactor = new Redactor([KEY]);
  return new Observation({ task: 'a', given: [], redact: (line) => redactor.line(line) });
}

/** Cuts it at these places. */
function cut(text: string, places: readonly number[]): readonly string[] {
  const at = [...new Set([0, ...places.map((place) => place % text.length), text.length])].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}

test('words that come in pieces tell the same wherever they are cut, and no secret', () => {
  const words = `I looked at it.\nThe key ${KEY} is in it.\n<promise>TASK_REJECTED: a the key\n${KEY} is in the code</promise>`;
  fc.assert(
    fc.property(fc.array(fc.nat(words.length - 1), { maxLength: 40 }), (places) => {
      const observed = observe();
      for (const text of cut(words, places)) observed.take({ type: 'piece', text }, 0);
      observed.end();
      assert.deepEqual(observed.signs.review, {
        verdict: 'rejected',
        detail: 'the key\n************** is in the code',
      });
      assert.match(observed.recentText, /^I looked at it\.\nThe key \*{14} is in it\.\n/);
      assert.ok(!JSON.stringify(observed.facts()).includes(KEY));
    }),
  );
});

test('a word that comes in pieces is whole when another event comes, and not because of its progress', () => {
  const [begins, ends] = ['<promise>TASK_DO', 'NE: a</promise>'];
  const isDone = (between: (observed: Observation) => void): boolean => {
    const observed = observe();
    observed.take({ type: 'piece', text: begins }, 0);
    between(observed);
    observed.take({ type: 'piece', text: ends }, 0);
    observed.end();
    return observed.signs.promisedDone;
  };
  assert.equal(
    isDone((observed) => observed.reach({ percent: 100 })),
    true,
  );
  assert.equal(
    isDone((observed) => observed.take({ type: 'tool', tool: 'ls' }, 0)),
    false,
  );
});

test('an option that is not known is none where the agent has worked with it before', () => {
  const problem = { kind: 'options', detail: 'no such model' } as const;
  const judged = (session: string | undefined, before: readonly AgentEvent[]): string | undefined => {
    const observed = new Observation({ task: 'a', given: [], session });
    for (const event of [...before, { type: 'verdict', problem } as const]) observed.take(event, 0);
    return observed.verdict?.kind;
  };
  assert.equal(judged(undefined, [{ type: 'usage', usage: { outputTokens: 0 } }]), 'options');
  assert.equal(judged('session', []), 'service');
  assert.equal(judged(undefined, [{ type: 'tool', tool: 'ls' }]), 'service');
  assert.equal(judged(undefined, [{ type: 'text', text: 'I look.' }]), 'service');
});
