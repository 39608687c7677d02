/** Shapes of plans that people have in their repositories, each as small as it can be. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPlanText as read, rulesOf as rules } from '../../testing/plan-md-read.ts';

function order(text: string): readonly string[] {
  return (read(text).plan?.tasks ?? []).map(({ id, title, dependsOn }) => `${id} ${title} <- ${dependsOn}`);
}

describe('ids of three digits without a colon', () => {
  it('are ids behind a box, and wherever they are named', () => {
    const text =
      '# P\n## Parallel Group 1: A\n- [ ] T001 Set it up\n- [ ] **T002** [P] Lint it\n- [ ] TASK-3 Do it (Ada-1, depends on T002)\n## Parallel Group 2: B\n**Dependencies**: T001, TASK-3\n\n- [ ] T004 Serve it (Ada-1)\n';
    assert.deepEqual(order(text), [
      'T001 Set it up <- ',
      'T002 [P] Lint it <- ',
      'TASK-3 Do it <- T002',
      'T004 Serve it <- T001,TASK-3',
    ]);
    assert.deepEqual(rules(text), []);
  });

  it('are named in an order beside the groups, which is told', () => {
    const text =
      '# P\n## Parallel Group 1: A\n- [ ] T001 Set it up\n- [ ] T002 Do it\n\n## Order\n- T001 must be done before T002\n';
    assert.deepEqual(rules(text), ['1 warning dependency-unread']);
  });

  it('are none among other words', () => {
    const group = '# P\n## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n';
    const text = `${group}## Parallel Group 2: B\n**Dependencies**: Group 1 complete (the T1 line is up)\n\n- [ ] T1 and T4 are tested (Bob-1)\n`;
    assert.deepEqual(order(text), ['1.1 a <- ', 'pg2-task-1 T1 and T4 are tested <- ']);
    assert.deepEqual(rules(text), []);
  });

  it('are no amounts', () => {
    assert.deepEqual(order('# P\n## Parallel Group 1: A\n- [ ] T1 = 3 (Ada-1)\n'), ['pg1-task-1 T1 = 3 <- ']);
  });
});

describe('what a group waits for', () => {
  const after = (says: string): string | undefined => {
    const group = (number: number, more = ''): string =>
      `## Parallel Group ${number}: G\n${more}\n- [ ] ${number}.1: a (Ada-${number})\n`;
    const text = `# P\n${group(1)}${group(2)}${group(3, '**Dependencies**: Group 1\n')}${group(4, `**Dependencies**: ${says}\n`)}`;
    return `${read(text).plan?.groups[3]?.after.join()} ${rules(text).join()}`;
  };

  it('may have its reason in parentheses', () => {
    assert.equal(after('Group 2 complete (needs the server)'), '2 ');
    assert.equal(after('Group 2 (requires its types) and Group 3'), '2,3 ');
    assert.equal(after('None (needs nothing of the others)'), ' ');
  });

  it('is not settled by what it wants beside that', () => {
    assert.equal(after('Group 2 complete, needs a review'), '1,2,3 13 warning group-dependencies-unclear');
    assert.equal(after('(needs a review)'), '1,2,3 13 warning group-dependencies-unclear');
    assert.equal(after('Group 2 complete (needs Group 3)'), '2,3 ');
  });
});

describe('boxes of criteria', () => {
  const group = '# P\n## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n';
  const headings = [
    '## Success Criteria (of the release)\n',
    '### Phase 1 Success Criteria\n',
    '## ✅ Acceptance Criteria\n',
    '### Milestone 1: Base\n**Target**: Day 2\n**Criteria**:\n',
  ];
  for (const heading of headings)
    it(`are none of tasks: ${heading.replaceAll('\n', ' ')}`, () => {
      assert.deepEqual(rules(`${group}\n${heading}- [ ] it is quick\n- [ ] it is small\n`), []);
    });

  it('are none of tasks within a group, either', () => {
    const text = `${group}\n### Acceptance Criteria (of the group)\n- [ ] it is quick\n\n### Group 1 Success Criteria\n- [ ] it is small\n`;
    assert.deepEqual(order(text), ['1.1 a <- ']);
    assert.deepEqual(rules(text), []);
  });

  it('are told where nothing says that they are', () => {
    assert.deepEqual(rules(`${group}\n## Criteria of choice\n- [ ] it is quick\n`), [
      '6 warning task-outside',
    ]);
  });
});

it('a label for tasks is none of them', () => {
  const group = '# P\n## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n';
  assert.deepEqual(rules(`${group}\n## Ada\n- **Tasks:**\n  - the form\n- Tasks: the form\n`), []);
  assert.deepEqual(order(`${group}- Task2: b (Ada-1)\n- Task A: c (Ada-1)\n`), [
    '1.1 a <- ',
    '2 b <- ',
    'A c <- ',
  ]);
});

describe('a section beside the groups that is about one of their tasks', () => {
  const table = (status: string): string =>
    `# P\n## Task Assignment Matrix\n| Task ID | What | Status |\n|--|--|--|\n| T1 | a | ${status} |\n| T2 | b | Pending |\n`;

  it('says that it is done, which is told where it is run', () => {
    const told = ['9 warning state-unread'];
    assert.deepEqual(
      rules(`${table('Pending')}\n## Notes\n### T1: a - COMPLETED ✅\n**Completed**: 2026-01-01\n`),
      told,
    );
    assert.deepEqual(rules(`${table('Pending')}\n## Notes\n- [x] T1: a\n- [ ] T2: b\n`), told);
    assert.deepEqual(rules(`${table('Pending')}\n### T1: a\n**Status**: ✅ Complete\n`), told);
    assert.deepEqual(rules(`${table('Pending')}\n### T1: a\n- **Status:** Blocked: legal\n`), told);
    assert.deepEqual(rules(`${table('Done')}\n## Notes\n### T1: a - COMPLETED ✅\n`), []);
    assert.deepEqual(rules(`${table('Pending')}\n### T1: a\n**Status**: Pending\n- [x] the idea\n`), [
      '10 warning task-outside',
    ]);
  });

  it('is not meant by criteria that name it', () => {
    assert.deepEqual(rules(`${table('Pending')}\n## Success Criteria\n- [x] T1: works\n`), []);
  });

  it('says what it waits for, which is told where it does not', () => {
    const section = '## Details\n### Task 1.2: b\n- **Status:** Pending\n\n**Depends On:** Task 1.1\n';
    const group = (more: string): string =>
      `# P\n${section}\n## Parallel Group 1: A\n- Task 1.1: a\n- Task 1.2: b${more}\n`;
    assert.deepEqual(rules(group('')), ['6 warning dependency-unread']);
    assert.deepEqual(rules(group(', depends on 1.1')), []);
  });
});

describe('workstreams', () => {
  const stream = (number: number, needs: string): string =>
    `### Workstream ${number}: S${number}\n**Agent:** Ada-${number}\n**Dependencies:** ${needs}\n\n`;
  const needs = (third: string): string =>
    `${order(`# P\n${stream(1, 'None (can start now)')}${stream(2, 'None')}${stream(3, third)}`).at(-1)}`;

  it('may stand below a table of who there is', () => {
    const table =
      '### Agent Assignment Matrix\n| Agent Role | Count | Workstream |\n|--|--|--|\n| Ada-1 | 1 | Server |\n';
    assert.deepEqual(rules(`# P\n## Strategy\n${table}\n## Phase 1\n${stream(1, 'None')}`), []);
    assert.deepEqual(rules(`# P\n## Strategy\n${table}`).slice(0, 1), ['1 error no-tasks']);
  });

  it('wait for all before them where that is said, or words cannot be told', () => {
    const both = 'workstream-3 S3 <- workstream-1,workstream-2';
    assert.equal(needs('All previous workstreams complete'), both);
    assert.equal(needs('Tools from other streams (names only)'), both);
    assert.equal(needs('Workstream 2 (names only)'), 'workstream-3 S3 <- workstream-2');
    assert.equal(needs('Workstream 9'), 'undefined');
  });

  it('that wait for others in words are told', () => {
    const text = `# P\n${stream(1, 'None')}${stream(2, 'Tools from other streams')}`;
    assert.deepEqual(rules(text), ['8 warning group-dependencies-unclear']);
    const around = `# P\n${stream(1, 'Workstream 2')}${stream(2, 'Tools from other streams')}`;
    assert.deepEqual(order(around), ['workstream-1 S1 <- workstream-2', 'workstream-2 S2 <- ']);
  });
});

it('a section that says who does it, and stands in no group, is told', () => {
  const group = '# P\n## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n';
  const section = (more: string): string =>
    `${group}\n## Phase 2\n### Sequential Task 1: Merge\n**Agent:** Ada-2\n${more}`;
  assert.deepEqual(rules(section('**Estimated Time:** 2 hours\n')), ['6 warning task-outside']);
  assert.deepEqual(rules(section('\n- **Dependencies**: all of them\n')), ['6 warning task-outside']);
  assert.deepEqual(rules(section('**Progress**: 20%\n')), []);
  assert.deepEqual(rules(`${group}\n### Details\n**Agent:** Ada-1\n**Priority:** high\n`), []);
});

it('ids of a project are ids, where somebody does it or a box is there', () => {
  const text =
    '# P\n## Parallel Group 1: A\n- [ ] CORE-001: a\n- AUTH-2: b (Ada-1, depends on CORE-001)\n- [ ] US-003 c\n- [ ] UTF-8 files are read\n\n**Notes**:\n- HTTP-2: is not asked for\n';
  assert.deepEqual(order(text), [
    'CORE-001 a <- ',
    'pg1-task-2 AUTH-2: b <- CORE-001',
    'US-003 c <- ',
    'pg1-task-4 UTF-8 files are read <- ',
  ]);
});

describe('tables of tasks below headings', () => {
  const table = (id: string, agent: string, needs = '-'): string =>
    `| ID | Task | Agent | Depends on |\n|--|--|--|--|\n| ${id} | do ${id} | ${agent} | ${needs} |\n`;
  const groups = (text: string): readonly string[] =>
    (read(text).plan?.groups ?? []).map(
      ({ number, name, after, tasks }) => `${number} ${name} ${after} ${tasks}`,
    );

  it('are of groups with letters', () => {
    const text = `# P\n## Parallel Group A: X\n${table('T1', 'Ada-1')}\n## Parallel Group B: Y\n**Dependencies**: Group A\n\n${table('T2', 'Bob-1')}`;
    assert.deepEqual(groups(text), ['1 X  T1', '2 Y 1 T2']);
    assert.deepEqual(rules(text), []);
  });

  it('are of workstreams', () => {
    const text = `# P\n### Workstream 1: X\n${table('A-1', 'Ada-1')}\n### Workstream 2: Y\n**Dependencies:** Workstream 1\n\n${table('B-1', 'Bob-1', 'A-1')}`;
    assert.deepEqual(groups(text), ['1 X  A-1', '2 Y 1 B-1']);
    assert.deepEqual(order(text), ['A-1 do A-1 <- ', 'B-1 do B-1 <- A-1']);
    assert.deepEqual(rules(text), []);
  });
});

it('a time ends where another bold field of its line begins', () => {
  const text =
    '# P\n## Parallel Group 1: A\n### Task 1.1: a (Ada-1)\n**Priority**: P0 | **Estimate**: 2h | **Type**: Work\n';
  assert.equal(read(text).plan?.tasks[0]?.estimateSeconds, 7200);
  assert.deepEqual(rules(text), []);
});

describe('headings that say an order, or none', () => {
  it('are told of phases within one group', () => {
    const text = (needs = ''): string =>
      `# P\n## Parallel Group 1: A\n### Phase 1: Base\n- [ ] 1.1: a (Ada-1)\n### Phase 2: More\n- [ ] 1.2: b (Bob-1${needs})\n`;
    assert.deepEqual(rules(text()), ['6 warning order-unread']);
    assert.deepEqual(rules(text(', depends on 1.1')), []);
  });

  it('are told of a group that may begin at once, and waits', () => {
    const text = (more: string): string =>
      `# P\n## Parallel Group A\n- T1: a (Ada-1)\n## Parallel Group B (start immediately, other files)\n${more}\n- T2: b (Bob-1)\n`;
    assert.deepEqual(rules(text('')), ['4 warning group-dependency-unread']);
    assert.deepEqual(rules(text('**Dependencies**: None\n')), []);
  });
});

it('a time may stand beside a size, or have a remark; a size alone is no mistake', () => {
  const text = (time: string): string =>
    `# P\n## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n  - Estimate: ${time}\n`;
  const cases: readonly (readonly [string, number | undefined, readonly string[]])[] = [
    ['M (2-4h)', 4, []],
    ['2 hours (with tests)', 2, []],
    ['L', undefined, []],
    ['3pts', undefined, []],
    ['soon', undefined, ['3 warning estimate-unclear']],
    ['two (3h at most)', undefined, ['3 warning estimate-unclear']],
  ];
  for (const [time, hours, told] of cases) {
    const seconds = read(text(time)).plan?.tasks[0]?.estimateSeconds;
    assert.equal(seconds, hours === undefined ? undefined : hours * 3600, time);
    assert.deepEqual(rules(text(time)), told, time);
  }
});

it('that tasks name no agent is told once, and not of those that are done', () => {
  const text = (more: string): string =>
    `# P\n## Parallel Group 1: A\n- [x] 1.1: a\n- [ ] 1.2: b\n- [ ] 1.3: c (Ada-1)\n${more}`;
  const told = (of: string): readonly string[] =>
    read(of).findings.flatMap(({ rule, line, message }) =>
      rule === 'agent-missing' ? [`${line} ${message}`] : [],
    );
  assert.deepEqual(told(text('')), ['4 1.2 names no agent; the default one will run it']);
  assert.deepEqual(told(text('- [ ] 1.4: d\n')), [
    '4 2 of 4 tasks name no agent; the default one will run them',
  ]);
});

describe('words that seem to say something else', () => {
  const one = (more: string): string => `# P\n## Parallel Group 1: A\n- [ ] CORE-001: a (Ada-1)\n${more}`;

  it('behind None, and with ids of a project, parentheses are no mere reasons', () => {
    const text = (says: string): string =>
      `${one('')}## Parallel Group 2: B\n**Dependencies**: ${says}\n\n- [ ] UI-2: b (Bob-1)\n`;
    for (const says of [
      'None (after CORE-001)',
      'None (needs the API of Ada-1)',
      'None (but requires the schema)',
    ]) {
      assert.deepEqual(rules(text(says)), ['5 warning group-dependencies-unclear'], says);
      assert.deepEqual(read(text(says)).plan?.groups[1]?.after, [1], says);
    }
  });

  it('a table of tasks beside groups that says what they wait for, or how they stand, is not left unread', () => {
    const table = (title: string): string =>
      `# P\n## Task Assignment Matrix\n| Task | Agent | ${title} |\n|--|--|--|\n| x | Ada-1 | y |\n\n## Parallel Group 1: A\n- [ ] x (Ada-1)\n- [ ] y (Bob-1)\n`;
    assert.deepEqual(rules(table('Depends on')), ['2 error table-unclear']);
    assert.deepEqual(rules(table('Status')), ['2 error table-unclear']);
    assert.deepEqual(rules(table('Skills')), []);
  });

  it('a table of tasks without rows is read', () => {
    const table = '## Task Assignment Matrix\n| Task ID | What | Status |\n|--|--|--|\n';
    assert.deepEqual(rules(`${one('')}\n${table}`), []);
  });

  it('bold lines for deliverables and risks have no tasks below them', () => {
    for (const label of [
      'Expected Deliverables',
      'Risk Mitigation',
      'Integration Points',
      'Handoff Checklist',
    ])
      assert.deepEqual(order(one(`\n**${label}**\n- [ ] it\n`)), ['CORE-001 a <- '], label);
    assert.equal(order(one('\n**Backend Integration**\n- [ ] it\n')).length, 2);
  });

  it('names of standards and tickets are no ids', () => {
    const text = (each: string): string =>
      `# P\n## Parallel Group 1: A\n- [ ] ${each} a (Ada-1)\n- [ ] ${each} b (Bob-1)\n`;
    for (const each of ['PROJ-123:', 'SHA-256', 'ISO-8601', 'P-0:', 'T5'])
      assert.deepEqual(order(text(each)), [`pg1-task-1 ${each} a <- `, `pg1-task-2 ${each} b <- `]);
    assert.deepEqual(rules(one('\n## Prerequisites\n- [ ] OPS-101 access granted\n')), [
      '6 warning task-outside',
    ]);
  });

  it('to review criteria is a task', () => {
    assert.deepEqual(order(one('\n### Review Success Criteria\n- [ ] talk to users (Ada-1)\n')), [
      'CORE-001 a <- ',
      'pg1-task-2 talk to users <- ',
    ]);
    assert.deepEqual(order(one('\n### Define acceptance criteria\n- [ ] 1.2: list them (Ada-1)\n')), [
      'CORE-001 a <- ',
      '1.2 list them <- ',
    ]);
  });

  it('None is none where others wait for it', () => {
    for (const says of [
      'None - everything else depends on this',
      'None, start as soon as possible',
      'None; all other tasks wait for it',
      'No dependencies - start when ready',
      'None - needs nothing',
    ])
      assert.deepEqual(rules(one(`- [ ] UI-2: b (Bob-1)\n  - Dependencies: ${says}\n`)), [], says);
  });

  it('workstreams wait for all before them in place of words that cannot be told, with a warning', () => {
    const stream = (n: number, says: string): string =>
      `### Workstream ${n}: S\n**Agent:** Ada-${n}\n**Dependencies:** ${says}\n\n`;
    const text = (says: string): string =>
      `# P\n${stream(1, 'None')}${stream(2, 'None')}${stream(3, says)}${stream(4, 'None')}`;
    for (const says of [
      'All other workstreams',
      'Independent of Workstream 1',
      'Can overlap with Workstream 1',
    ])
      assert.deepEqual(rules(text(says)), ['12 warning group-dependencies-unclear'], says);
    assert.deepEqual(rules(text('All previous workstreams')), []);
  });

  it('who answers for the plan, or for a phase with groups, is told of no task', () => {
    const group = '### Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n';
    assert.deepEqual(rules(`# P\n**Owner**: Jane\n**Duration**: 5 days\n\n${group}`), []);
    assert.deepEqual(rules(`# P\n## Phase 1\n**Owner**: Jane\n**Duration**: 5 days\n\n${group}`), []);
  });
});
