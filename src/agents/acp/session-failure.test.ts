import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { turnFailure } from './session-failure.ts';

const AT = new Date(2026, 10, 22, 17, 0).getTime();
const answer = (sessionFailure: unknown): unknown => ({
  stopReason: 'end_turn',
  _meta: { jetbrains: { air: { version: 1, sessionFailure } } },
});
const told = (category: string, title: string, actions: readonly string[] = []) =>
  turnFailure(answer({ severity: 'error', category, title, actions }), AT);

test('a turn that has failed is told apart, whatever it ended with', () => {
  const tooMany = 'exceeded retry limit, last status: 429 Too Many Requests';
  assert.partialDeepStrictEqual(told('limit', tooMany, ['retry']), [{ type: 'quota' }, { type: 'verdict' }]);
  assert.partialDeepStrictEqual(told('limit', 'Slow down.', ['retry']), [{ type: 'quota' }]);
  const until = new Date(2026, 10, 22, 17, 21).getTime();
  const limit = 'You’ve hit your usage limit. Upgrade to Pro, or try again at 5:20 PM.';
  assert.deepEqual(told('limit', limit)?.[0], { type: 'quota', until });
  assert.partialDeepStrictEqual(told('limit', 'It is full.', ['new_session']), [
    { problem: { kind: 'context' } },
  ]);
  assert.partialDeepStrictEqual(told('access', 'Log in.'), [{ problem: { kind: 'credentials' } }]);
  const busy = 'API Error: 529 Overloaded. This is a server-side issue.';
  assert.partialDeepStrictEqual(told('service', busy, ['retry']), [{ type: 'quota' }, { type: 'verdict' }]);
  assert.partialDeepStrictEqual(told('service', 'API Error: 500 no'), [{ problem: { kind: 'service' } }]);
  assert.partialDeepStrictEqual(told('service', 'High demand.'), [{ problem: { kind: 'service' } }]);
});

test('a turn that has not failed is none, whatever is told beside it', () => {
  assert.equal(turnFailure(answer({ severity: 'warning', category: 'service', title: 'x' }), AT), null);
  fc.assert(
    fc.property(fc.anything(), (value) => void [turnFailure(value, AT), turnFailure(answer(value), AT)]),
  );
});
