/** What a decomposer's plan says in other words than the usual ones: it is read, or told. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAuto } from './read-auto.ts';

function read(text: string) {
  const { plan, findings } = readAuto({ files: new Map([['auto-settings.md', text]]) });
  return {
    tasks: plan?.tasks ?? [],
    told: findings.map(
      ({ severity, rule, line, column, tasks }) => `${severity} ${rule} ${line}:${column} ${tasks.join(',')}`,
    ),
  };
}

const told = (text: string): readonly string[] => read(text).told;
const edges = (text: string): readonly string[] =>
  read(text).tasks.map(({ id, dependsOn }) => `${id} ← ${dependsOn.join(' ')}`.trim());

describe('a task', () => {
  it('depends on others in whatever way that is written', () => {
    for (const field of [
      'Depends on Task 1',
      'Depends on → Task 1',
      '*Depends on*: Task 1',
      '__Depends on:__ Task 1',
      '`Depends on`: `Task 1`',
      '🔗 **Depends on**: Task 1',
      '[ ] Depends on: Task 1 must be complete',
      'Depends on: [Task 1](#task-1-a)',
      'Dependencies (hard): Task 1',
      'Dependency: 1',
      'Deps: 1',
      'depends_on: [1]',
      'Depends upon: Task 1',
      'Blocked by: Task 1',
      'Requires: Task 1',
      'After: #1',
    ]) {
      const text = `### Task 1: A\n- Files: a\n- Done when: x\n\n### Task 2: B\n- ${field}\n- Files: b\n- Done when: x\n`;
      assert.deepEqual([told(text), edges(text)], [[], ['task-1 ←', 'task-2 ← task-1']], field);
    }
    const other = (field: string): readonly string[] =>
      told(
        `### Task 1: A\n- Files: a\n- Done when: x\n\n### Task 2: B\n- ${field}\n- Files: b\n- Done when: x\n`,
      );
    for (const field of ['Requires: Node 22', 'After: 3 seconds', 'Needs: a review', 'Depends on 2 services'])
      assert.deepEqual(other(field), [], field);
    for (const field of ['Blocks: Task 1', 'It can begin after Task 1', 'Notes: this needs Task 1'])
      assert.deepEqual(other(field).length, 1, field);
    const text = '### Task 1: A\n- Files: a\n- Done when: x\n\n### Task 2: B\n- Files: b\n- Done when: x\n';
    assert.deepEqual(told(`${text}\n## Order\n\nTask 2 depends on Task 1.\n`), [
      'warning dependency-unread 1:1 task-2,task-1',
    ]);
    assert.deepEqual(told(`${text}- Depends on: 1\n\n## Order\n\nTask 2 depends on Task 1.\n`), []);
  });

  it('has its fields behind signs, in italics, and by words that are nearly the same', () => {
    const text = `### Task 1: A
📁 Files: a.ts
✅ *Done when*: x
### Task 2: B
– File(s): b.ts
• done_when: x
### Task 3: C
- Files (new): c.ts
- Files (changed): d.ts
- Modified files: e.ts
- Done when: x
`;
    assert.deepEqual(told(text), []);
    assert.deepEqual(
      read(text).tasks.map(({ scope }) => scope.modify.map(({ pattern }) => pattern).join(' ')),
      ['a.ts', 'b.ts', 'c.ts d.ts e.ts'],
    );
  });

  it('that seems to be done or held, and has no ticked box, is told', () => {
    for (const line of [
      '### Task 1: A ✅',
      '### ✅ Task 1: A',
      '### [✓] Task 1: A',
      '### [-] Task 1: A',
      '### Task 1: A (done)',
      '### Task 1: A [x]',
      '### Task 1: ~~A~~',
      '### Task 1: A — BLOCKED by legal',
      '### Task 1: A (cancelled)',
      '### Task 1: A\n- Status: done',
      '### Task 1: A\n- **Status:** 🟢 Completed',
      '### Task 1: A\n- Status: blocked',
    ])
      assert.deepEqual(
        told(`${line}\n- Files: a\n- Done when: x\n`),
        ['warning state-unread 1:1 task-1'],
        line,
      );
    for (const line of [
      '### 🔧 Task 1: A',
      '### Task 1: [x] A ✅',
      '### Task 1: Show blocked users (done in red)  and more',
      '### Task 1: A\n- Status: pending',
      '### Task 1: Mark what is done',
    ])
      assert.deepEqual(told(`${line}\n- Files: a\n- Done when: x\n`), [], line);
  });
});

it('a long row of names that is no field is told, and not tried in every way it could be read', () => {
  const names = `Task 1 ${'1.1 '.repeat(40)}`;
  const text = `# It\n\n### Task 1: A\n- Files: a\n\n### Task 2: B\n- Depends on ${names}above\n- Files: b\n`;
  assert.deepEqual(edges(text), ['task-1 ←', 'task-2 ←']);
  assert.deepEqual(told(text).filter((line) => line.includes('dependency-unread')).length, 1);
});

it('phases above tasks are told, where a later one waits for nothing and does not say so', () => {
  const rulesOf = (third: string): readonly string[] =>
    readAuto({
      files: new Map([
        [
          'plan.md',
          `# P\n## Phase 1: Base\n### Task 1: A\n- Depends on: none\n- Files: a.ts\n- Done when: x\n## Phase 2: More\n### Task 2: B\n${third}- Files: b.ts\n- Done when: x\n`,
        ],
      ]),
    }).findings.map(({ rule, line }) => `${line} ${rule}`);
  assert.deepEqual(rulesOf(''), ['7 order-unread']);
  assert.deepEqual(rulesOf('- Depends on: Task 1\n'), []);
  assert.deepEqual(rulesOf('- Depends on: none\n'), []);
});
