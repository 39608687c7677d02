import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { isValid } from '../../core/finding.ts';
import { indexPlan } from '../../core/plan-index.ts';
import { hostileText } from '../../testing/hostile-text.ts';
import { assertPlaced } from '../../testing/plan-examples.ts';
import { looksLikeTasks } from './find-tasks.ts';
import { readAuto } from './read-auto.ts';

const STARTS = [
  '### Task 1: A\n',
  '- Task 2: B\n',
  '**Task 3: C**\n',
  '- [x] **Task 4**: D\n',
  '# Plan\n',
  '#### Notes\n',
];
const FIELDS = [
  '- Depends on: ',
  '- **Files:** ',
  '  - Done when:',
  '- Complexity: ',
  'Task 1',
  ', 2',
  '1-3',
  'none\n',
  'S\n',
];
const OTHERS = [
  '\n',
  '\r\n',
  'a/b.ts',
  '{a,b}',
  '`',
  '(',
  '../',
  '\0',
  '\ufeff',
  '```\n',
  '  - x\n',
  '9-1',
  '1. ',
  '> ',
  ':',
  '**',
];

const text = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...STARTS, ...FIELDS, ...OTHERS) }, hostileText), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''));

it('whatever a file holds, reading it gives a plan or located findings', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 3 }), (drawn, largestGroup) => {
      looksLikeTasks(drawn);
      const files = new Map([['auto-x.md', drawn]]);
      const { plan, findings } = readAuto({ files }, { largestGroup });
      assert.equal(plan === undefined, !isValid(findings));
      assertPlaced(findings, files);
      if (plan === undefined) return;
      const { task, conflicts } = indexPlan(plan);
      const before = new Set<string>();
      for (const { tasks } of plan.groups) {
        assert.ok(tasks.length <= largestGroup);
        for (const id of tasks) {
          assert.ok(!tasks.some((other) => conflicts.get(id)?.has(other)));
          const open = task.get(id)?.dependsOn.filter((other) => task.get(other)?.done !== true);
          assert.ok(task.get(id)?.done || open?.every((other) => before.has(other)));
        }
        for (const id of tasks) before.add(id);
      }
      assert.deepEqual([...before].toSorted(), plan.tasks.map(({ id }) => id).toSorted());
    }),
    { numRuns: 400 },
  );
});

const heading = fc.constantFrom('Task', 'Step', 'task', 'Part', 'TASK #').chain((word) =>
  fc
    .tuple(
      fc.constantFrom('## ', '### ', '**', '- ', '- [ ] '),
      fc.constantFrom(':', ' -', '.', '：', ' —', ' (x):', ' ', ''),
    )
    .map(
      ([mark, colon]) =>
        (number: number): string =>
          `${mark}${word} ${number}${colon} N${mark === '**' ? '**' : ''}`,
    ),
);

it('what has the fields of a task is a task, or has a finding', () => {
  fc.assert(
    fc.property(fc.array(heading, { minLength: 1, maxLength: 5 }), (headings) => {
      const text = headings
        .map((write, index) => {
          const line = write(index + 1);
          const indent = line.startsWith('- ') ? '  ' : '';
          return [line, 'Depends on: none', `Files: f${index}.ts`, 'Done when: it works']
            .map((each, at) => (at === 0 ? each : `${indent}- ${each}`))
            .join('\n');
        })
        .join('\n\n');
      const { plan, findings } = readAuto({ files: new Map([['auto-x.md', text]]) });
      if (plan === undefined)
        assert.ok(
          findings.some(({ rule }) => /^(?:fields-without-task|field-repeated|no-tasks)$/.test(rule)),
          text,
        );
      else assert.equal(plan.tasks.length, headings.length, text);
    }),
    { numRuns: 400 },
  );
});
