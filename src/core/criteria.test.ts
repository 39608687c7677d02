import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { criteriaOf } from './criteria.ts';
import type { CriterionProof } from './proof.ts';

const criteria = ['Adds numbers', 'Says `no` to words', 'Adds numbers fast'];

function judged(report: string): readonly CriterionProof[] {
  return criteriaOf({ criteria }, null, { verdict: 'approved', report }).map(({ proof }) => proof);
}

const words = (proofs: readonly CriterionProof[]): readonly string[] =>
  proofs.map((proof) => (proof.is === 'judged' ? (proof.met ? 'met' : 'not met') : proof.is));

test('rows of a table judge criteria by number or by their words', () => {
  const report = `
| Check | Status | Details |
|-------|--------|---------|
| npm test | PASS | 7 of 7 |
| C1 | PASS | 2 + 2 is 4 |
| says no to words | ❌ FAIL | it says | yes |
| **Criterion 3** | ✅ | quick |
`;
  assert.deepEqual(judged(report), [
    { is: 'judged', met: true, reason: '2 + 2 is 4' },
    { is: 'judged', met: false, reason: 'it says | yes' },
    { is: 'judged', met: true, reason: 'quick' },
  ]);
});

test('ticked lines judge too, and a later word replaces an earlier one', () => {
  assert.deepEqual(words(judged('- [x] Adds numbers\n- [ ] Adds numbers fast: it takes an hour')), [
    'met',
    'unproven',
    'not met',
  ]);
  assert.deepEqual(words(judged('| C1 | PASS | |\n| C1 | FAIL | looked again |')).slice(0, 1), ['not met']);
});

test('what judges nothing leaves a criterion unproven', () => {
  for (const report of [
    '',
    'all criteria are met',
    '| C1 | maybe | |',
    '| C11 | PASS | |',
    '| C1 | not run | |',
    '| passes C1 | PASS |',
  ])
    assert.deepEqual(words(judged(report)), ['unproven', 'unproven', 'unproven'], report);
});

test('what was run is proven, whatever QA says; nothing is proven without it', () => {
  const proof = { criteria: [{ text: 'Adds numbers', proof: { is: 'proven', by: 'npm test' } as const }] };
  const report = { verdict: 'rejected', report: '| C1 | FAIL | no |\n| C2 | PASS | |' } as const;
  assert.deepEqual(words(criteriaOf({ criteria }, proof, report).map((each) => each.proof)), [
    'proven',
    'met',
    'unproven',
  ]);
});

test('any report at all can be read', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('| C1 | PASS |', '- [x] Adds numbers', '|', '||', '| C2 | ❌'),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      assert.equal(judged(lines.join('\n')).length, criteria.length);
    }),
  );
});
