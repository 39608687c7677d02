/** States, orders and tasks in places where none are read, which were passed over without a word. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rulesOf as rules } from '../../testing/plan-md-read.ts';

const TASK = '- Task 1.1: a (Ada-1)';
const group = (heading: string, tasks: string): string => `# P\n## Parallel Group 1: ${heading}\n${tasks}\n`;
const table = (column: string, cell: string): string =>
  `# P\n## Task Assignment Matrix\n| Task ID | What | Agent | ${column} |\n|---|---|---|---|\n| T1 | a | Ada-1 | ${cell} |\n`;

describe('that a task is done, where no state is read, is told', () => {
  it('in the heading of its group', () => {
    for (const heading of ['Base (DONE)', 'Base - done', 'Base (completed 2026-01-01)', 'Base (on hold)'])
      assert.deepEqual(rules(group(heading, TASK)), ['2 warning state-unread'], heading);
    for (const heading of ['Done dialogs', 'Base ✅', 'Blocked users page'])
      assert.deepEqual(rules(group(heading, TASK)), [], heading);
  });

  it('in a heading or a line above it', () => {
    for (const above of ['### Done', '### Completed ✅', '**Cancelled:**', '### Backlog'])
      assert.deepEqual(rules(group('A', `${above}\n\n${TASK}`)), ['5 warning state-unread'], above);
    assert.deepEqual(rules(group('A', `### Done\n\n- [x] 1.1: a (Ada-1)`)), []);
  });

  it('in a line below it, behind a sign in its words, and in a column', () => {
    for (const below of ['Done: yes', '**Completed**: 2026-01-01', 'Done', '✅'])
      assert.deepEqual(rules(group('A', `${TASK}\n  - ${below}`)), ['3 warning state-unread'], below);
    for (const below of ['Done when: it runs', 'Completed: no', 'Complete the form'])
      assert.deepEqual(rules(group('A', `${TASK}\n  - ${below}`)), [], below);
    assert.deepEqual(rules(group('A', '- 1.1: a ✅ merged in #12')), ['3 warning state-unread']);
    assert.deepEqual(rules(table('Done', '✅')), ['5 warning state-unread']);
    assert.deepEqual(rules(table('Completed', '2026-01-01')), ['5 warning state-unread']);
    assert.deepEqual(rules(table('Done', 'no')), []);
  });

  it('with more than that', () => {
    for (const state of ['Done (reverted)', 'Done but failing', 'Completed ❌', 'Done → Pending'])
      assert.deepEqual(rules(table('Status', state)), ['5 warning state-unclear'], state);
    assert.deepEqual(rules(table('Status', 'Pending → Done')), ['5 warning state-unclear']);
    for (const state of [
      'Done',
      '✅ Done (7min, warnings)',
      'Done by Bob',
      'Merged (#12)',
      'Done 2026-01-01',
    ])
      assert.deepEqual(rules(table('Status', state)), [], state);
    const ticked = (state: string): string => group('A', `- [x] 1.1: a (Ada-1)\n  - Status: ${state}`);
    assert.deepEqual(rules(ticked('failed')), ['3 warning state-unclear']);
    assert.deepEqual(rules(ticked('Done')), []);
  });
});

describe('an order where none is read is told', () => {
  const two = '- 1.1: a (Ada-1)\n- 1.2: b (Ada-2)';

  it('in the parentheses of a heading', () => {
    assert.deepEqual(rules(group('A (sequential)', two)), ['4 warning order-unread']);
    const third = '## Parallel Group 3: C (Days 3-5, after Group 1)\n- 3.1: d (Ada-4)\n';
    const second = '## Parallel Group 2: B\n**Dependencies**: None\n\n- 2.1: c (Ada-3)\n';
    assert.deepEqual(rules(`${group('A', two)}${second}${third}`), ['9 warning group-dependency-unread']);
    const streams = '### Workstream A: a\n**Agent**: Ada-1\n### Workstream B: b (after Workstream A)\n';
    assert.deepEqual(rules(streams), ['3 warning dependency-unread']);
  });

  it('in a field of any name, and in words that begin as one', () => {
    for (const line of [
      'Blockers: 1.1',
      'Follows: 1.1',
      'Needs: the model of 1.1',
      'Depends on the model of 1.1',
    ])
      assert.deepEqual(rules(group('A', `${two}\n  - ${line}`)), ['4 warning dependency-unread'], line);
    for (const line of ['Depends on: None (as 1.1)', 'Version: 2.1', 'Needs: Node 22.1'])
      assert.deepEqual(rules(group('A', `${two}\n  - ${line}`)), [], line);
    assert.deepEqual(
      rules(group('A', `- 1.1: a (Ada-1)\n  - Enables: 1.2\n- 1.2: b (Ada-2, after 1.1)`)),
      [],
    );
  });

  it('in a table beside the groups', () => {
    const beside = '## Order\n| Task | Depends on |\n|---|---|\n| 1.2 | 1.1 |\n';
    assert.deepEqual(rules(`${group('A', two)}${beside}`), ['8 warning dependency-unread']);
    assert.deepEqual(rules(`${group('A', `- 1.1: a (Ada-1)\n- 1.2: b (Ada-2, after 1.1)`)}${beside}`), []);
  });
});

describe('what looks like a task is told', () => {
  it('with a bullet that is none', () => {
    for (const line of ['-[ ] b', '• 1.2: b', '-1.2: b', '– 1.2: b'])
      assert.deepEqual(rules(group('A', `- [ ] 1.1: a (Ada-1)\n${line}`)), ['4 warning task-outside'], line);
    assert.deepEqual(rules(group('A', '- [ ] 1.1: a (Ada-1)\n• [ ] 1.2: b')), ['4 error task-outside']);
  });

  it('as a heading with a number of its group', () => {
    for (const heading of ['1.2: Build', '1.2 Build', 'Task 1.2', '1.2'])
      assert.deepEqual(
        rules(group('A', `- [ ] 1.1: a (Ada-1)\n### ${heading}\n\nText.`)),
        ['4 warning task-outside'],
        heading,
      );
    assert.deepEqual(rules(group('A', '- [ ] 1.1: a (Ada-1)\n### 1.1 Build\n\nText.')), []);
    assert.deepEqual(rules(`# ${'1.'.repeat(200_000)}x\n${group('A', '- [ ] 1.1: a (Ada-1)')}`), []);
  });
});
