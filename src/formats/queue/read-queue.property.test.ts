import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { isValid } from '../../core/finding.ts';
import { indexPlan } from '../../core/plan-index.ts';
import { hostileText } from '../../testing/hostile-text.ts';
import { assertPlaced } from '../../testing/plan-examples.ts';
import { readQueue } from './read-queue.ts';

const PIECES = [
  '# T\n',
  '\n',
  '**Status**: ',
  'pending\n',
  '**Blocks**: ',
  '**BlockedBy**:',
  '001',
  ', 002',
  '#003\n',
];
const MORE = [
  '**Files**: ',
  '- a/b.ts\n',
  '`src/*`',
  '{a,b}',
  '{1..9}',
  '::',
  '../',
  '## Notes\n',
  '## Description\n',
];
const OTHERS = [
  '- [ ] x\n',
  '\r\n',
  '\0',
  '\ufeff',
  '(',
  ')',
  '**Priority**: ',
  'high',
  '```\n',
  '| ',
  '> ',
  '1. ',
];

const body = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES, ...MORE, ...OTHERS),
      hostileText,
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    {
      maxLength: 30,
    },
  )
  .map((parts) => parts.join(''));
const name = fc
  .tuple(
    fc.constantFrom('001', '002', '003', '004', '99', '0'),
    fc.constantFrom('pending', 'completed', 'blocked', 'in_progress', 'doing'),
    fc.constantFrom('-a', '-b', '', '-../x'),
  )
  .map(([number, status, slug]) => `${number}-${status}${slug}.md`);

it('whatever a queue holds, reading it gives a plan or located findings', () => {
  fc.assert(
    fc.property(fc.dictionary(name, body, { maxKeys: 5, noNullPrototype: true }), (drawn) => {
      const files = new Map(Object.entries(drawn));
      const { plan, findings } = readQueue({ files });
      assert.equal(plan === undefined, !isValid(findings));
      assertPlaced(findings, files);
      if (plan === undefined) return;
      // Free of cycles, of names that no task has, and every task in one group.
      indexPlan(plan);
      const ids = new Set(plan.tasks.map(({ id }) => id));
      for (const task of plan.tasks) for (const id of task.dependsOn) assert.ok(ids.has(id));
      assert.deepEqual(plan.groups.flatMap(({ tasks }) => tasks).toSorted(), [...ids].toSorted());
    }),
    { numRuns: 400 },
  );
});
