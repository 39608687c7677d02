/** Tasks that are neither done nor simply to be done: what becomes of them, and that it is told. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Schedule } from '../../core/plan.ts';
import { promptText } from '../../core/prompt-text.ts';
import { markDone } from './mark-done.ts';
import { readPlanMd } from './read-plan-md.ts';

const RULES = [
  'task-held',
  'waits-for-held',
  'blocked-by-what',
  'task-in-progress',
  'task-crossed-out',
  'box-unclear',
  'state-unclear',
  'state-unread',
  'unknown-dependency',
  'no-tasks',
];

function read(text: string, schedule?: Schedule) {
  const { plan, findings } = readPlanMd(
    { files: new Map([['PLAN.md', text]]) },
    schedule === undefined ? {} : { schedule },
  );
  return {
    plan,
    /** `line:column rule tasks` */
    told: findings
      .filter(({ rule }) => RULES.includes(rule))
      .map(({ line, column, rule, tasks }) => `${line}:${column} ${rule} ${tasks.join()}`),
    run: (plan?.tasks ?? [])
      .filter(({ done }) => done !== true)
      .map(({ id, dependsOn }) => (dependsOn.length === 0 ? id : `${id} after ${dependsOn.join()}`)),
  };
}

type Becomes = 'run' | 'held' | 'dropped' | 'begun';
const TOLD: Readonly<Record<Becomes, string | null>> = {
  run: null,
  held: 'task-held',
  dropped: 'task-crossed-out',
  begun: 'task-in-progress',
};

function assertBecomes(text: string, becomes: Becomes): void {
  const { run, told } = read(text);
  const isRun = becomes === 'run' || becomes === 'begun';
  assert.equal(run.includes('7.1'), isRun, text);
  const rule = TOLD[becomes];
  const own = told.filter((each) => each.endsWith(' 7.1'));
  assert.deepEqual(
    own.map((each) => each.split(' ')[1]),
    rule === null ? [] : [rule],
    text,
  );
}

describe('a task of a list', () => {
  const cases: readonly (readonly [string, Becomes])[] = [
    ['- [ ] 7.1: a (Ada-1) 🚫 Blocked: legal', 'held'],
    ['- [ ] 7.1: a 🚫 Blocked: legal', 'held'],
    ['- [ ] 7.1: a (Ada-1) ⏸️', 'held'],
    ['- [ ] 7.1: a (Ada-1) 🛑', 'held'],
    ['- [ ] 7.1: a (Ada-1) ⛔ Blocked', 'held'],
    ['- ⏸️ 7.1: a (Ada-1)', 'held'],
    ['- [ ] 7.1: a (Ada-1) Blocked: legal', 'held'],
    ['- [ ] 7.1: a (Ada-1) - on hold until May', 'held'],
    ['- [ ] 7.1: a (Ada-1) **BLOCKED**', 'held'],
    ['- [ ] 7.1: [BLOCKED] a (Ada-1)', 'held'],
    ['- [ ] BLOCKED: 7.1: a (Ada-1)', 'held'],
    ['- [ ] 7.1: a - BLOCKED', 'held'],
    ['- [ ] 7.1: a (Ada-1, blocked)', 'held'],
    ['- [ ] 7.1: a (Ada-1, Status: On hold)', 'held'],
    ['- [ ] 7.1: a (blocked: legal)', 'held'],
    ['- [ ] 7.1: a (Ada-1)\n  - **Status**: Blocked: legal', 'held'],
    ['- [ ] 7.1: a (Ada-1)\n  - Blocked: legal', 'held'],
    ['- [ ] 7.1: a (Ada-1)\n  - Blocked: no', 'run'],
    ['- [x] 7.1: a (Ada-1) 🚫 Blocked: legal', 'held'],
    ['- [ ] 7.1: a (Ada-1) 🚫 Blocked: legal ⚠️ ask Eve', 'held'],
    ['- [ ] 7.1: a (Ada-1, on hold) ✅', 'held'],
    ['- [ ] 7.1: a (Ada-1) 🚫 Cancelled', 'dropped'],
    ['- [ ] 7.1: a (Ada-1) ⏭️ Skipped', 'dropped'],
    ['- [ ] 7.1: a (Ada-1, cancelled)', 'dropped'],
    ['- [ ] 7.1: a (Ada-1)\n  - Status: Skipped', 'dropped'],
    ['- [ ] 7.1: a (Ada-1) 🔄 In progress', 'begun'],
    ['- [ ] 7.1: a (Ada-1) 🚧 half of it', 'begun'],
    ['- [/] 7.1: a (Ada-1)', 'begun'],
    ['- [~] 7.1: a (Ada-1)', 'begun'],
    ['- [ ] 7.1: a (Ada-1, in progress)', 'begun'],
    ['- [ ] 7.1: a (Ada-1) ⏳', 'run'],
    ['- [ ] 7.1: a (Ada-1) ⏸️ Pending', 'run'],
    ['- [ ] 7.1: a (Ada-1) ❌', 'run'],
    ['- [ ] 7.1: a — Status: Blocked: legal (Ada-1, 2h)', 'held'],
    ['- [ ] 7.1: a - **Status**: On hold', 'held'],
    ['- [ ] 7.1: a | status: in progress (Ada-1)', 'begun'],
    ['- [ ] 7.1: a [on hold until May] (Ada-1)', 'held'],
    ['- [ ] 7.1: [blocked] a (Ada-1)', 'held'],
    ['- [ ] 7.1: a [cancelled]', 'dropped'],
    ['- [ ] 7.1: a — Status: to be told (Ada-1)', 'run'],
    ['- [ ] 7.1: Add the field Status: Blocked (Ada-1)', 'run'],
    ['- [ ] 7.1: Show [blocked] users (Ada-1)', 'run'],
    ['- [ ] 7.1: a [new feature]', 'run'],
    ['- [ ] 7.1: Blocked users see a page (Ada-1)', 'run'],
    ['- [ ] 7.1: Show 🚫 to blocked users (Ada-1)', 'run'],
    ['- [ ] 7.1: Skip what is locked (Ada-1)', 'run'],
  ];
  const titles = [
    'Filter orders (cancelled)',
    'a (done)',
    'a - DONE',
    'a, currently blocked by legal',
    'a, blocked: she is away',
    'a; already done',
  ];
  it('is run, and a line about its state that nobody knows is told', () => {
    for (const status of ['80% done', 'nearly there']) {
      const { run, told } = read(`## Parallel Group 1: A\n- [ ] 7.1: a (Ada-1)\n  - Status: ${status}\n`);
      assert.deepEqual([run, told], [['7.1'], ['2:1 state-unclear 7.1']], status);
    }
  });
  for (const title of titles)
    it(`is run, and its title is told: ${title}`, () => {
      const { run, told } = read(`## Parallel Group 1: A\n- [ ] 7.1: ${title} (Ada-1)\n`);
      assert.deepEqual([run, told], [['7.1'], ['2:1 state-unread 7.1']]);
    });
  for (const [line, becomes] of cases)
    it(`${line} → ${becomes}`, () => assertBecomes(`## Parallel Group 1: A\n${line}\n`, becomes));
});

it('a state behind the words of a task takes nobody away who does it', () => {
  for (const state of ['— Status: Blocked: legal', '- BLOCKED: legal', '[blocked: legal]']) {
    const text = `## Parallel Group 1: A\n- [ ] 1.1: a ${state} (Ada-1, 2h)\n`;
    const { findings } = readPlanMd({ files: new Map([['PLAN.md', text]]) });
    const held = findings.filter(({ rule }) => rule === 'task-held').map(({ message }) => message);
    assert.equal(held.join().toLowerCase(), '1.1 is marked as "blocked: legal": it is not run', state);
  }
});

describe('a task of a table', () => {
  const cases: readonly (readonly [string, Becomes])[] = [
    ['Blocked: legal', 'held'],
    ['🚫 Blocked', 'held'],
    ['On hold', 'held'],
    ['⏸️', 'held'],
    ['Waiting for legal', 'held'],
    ['Skipped', 'dropped'],
    ['🚫 Cancelled', 'dropped'],
    ['In progress', 'begun'],
    ['🔄 In Progress (half)', 'begun'],
    ['Pending', 'run'],
    ['⬜ Not started', 'run'],
    ['⏳ Pending', 'run'],
    ['To do', 'run'],
    ['', 'run'],
  ];
  for (const [cell, becomes] of cases)
    it(`${cell} → ${becomes}`, () => {
      const table = `| Task ID | What | Status | Parallel Group |\n|--|--|--|--|\n| 7.1 | a | ${cell} | 1 |\n`;
      assertBecomes(`## Task Assignment Matrix\n\n${table}`, becomes);
      // What the list of its group leaves open, the table says.
      assertBecomes(
        `## Parallel Group 1: A\n- [ ] 7.1: a (Ada-1)\n\n## Task Assignment Matrix\n\n${table}`,
        becomes,
      );
    });

  it('in a state that is not known is done, told, and its agent told of it', () => {
    const text =
      '## Agent Assignments\n\n| Task ID | What | Status |\n|--|--|--|\n| T1 | a | 70% zebra |\n| T2 | b | Pending (zebra) |\n';
    const { plan, told } = read(text);
    assert.deepEqual(told, ['5:1 state-unclear T1']);
    for (const { prompt } of plan?.tasks ?? []) assert.match(promptText(prompt, []), /Status: .*zebra/);
  });
});

it('a box that says neither yes nor no is told', () => {
  for (const box of ['!', '?', '>', '<', '*']) {
    const { run, told } = read(`## Parallel Group 1: A\n- [${box}] 1.1: a (Ada-1)\n`);
    assert.deepEqual([run, told], [['1.1'], ['2:1 box-unclear 1.1']]);
  }
});

const THREE = (middle: string): string =>
  `## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1) 🚫 Blocked: legal\n- [ ] 1.2: b (Ada-2, depends on 1.1)\n- [ ] 1.3: c (Ada-2)\n\n## Parallel Group 2: B\n${middle}\n- [ ] 2.1: d (Ada-3)\n\n## Parallel Group 3: C\n- [ ] 3.1: e (Ada-3)\n`;

describe('what waits for a task that is held', () => {
  it('is not run either: tasks, groups, and what waits for those', () => {
    const { plan, run, told } = read(THREE('**Dependencies**: Group 1 complete'));
    assert.deepEqual([run, plan?.held], [['1.3'], ['1.1', '1.2', '2.1', '3.1']]);
    assert.deepEqual(
      plan?.groups.map(({ number, after }) => [number, after]),
      [[1, []]],
    );
    assert.deepEqual(told, [
      '2:1 task-held 1.1',
      '3:1 waits-for-held 1.2,1.1',
      '6:1 waits-for-held 2.1',
      '10:1 waits-for-held 3.1',
    ]);
  });

  it('is run where it need not wait', () => {
    assert.deepEqual(read(THREE('**Dependencies**: None')).run, ['1.3', '2.1', '3.1']);
    assert.deepEqual(read(THREE(''), 'dag').run, ['1.3', '2.1', '3.1']);
  });

  it('stays where it is done', () => {
    const { plan } = read(
      '## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1) ⏸️\n- [x] 1.2: b (Ada-2, depends on 1.1)\n',
    );
    assert.deepEqual(
      plan?.tasks.map(({ id, done, dependsOn }) => [id, done, dependsOn]),
      [['1.2', true, []]],
    );
  });

  it('leaves nothing to run, which is an error', () => {
    assert.deepEqual(read('## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1) ⏸️\n').told, [
      '1:1 no-tasks ',
      '2:1 task-held 1.1',
    ]);
  });
});

describe('what is blocked by tasks of the plan', () => {
  const after = (line: string) => read(`## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n${line}\n`);
  it('waits for those that are named', () => {
    for (const line of [
      '- [ ] 1.2: b (Ada-2) Blocked by 1.1',
      '- [ ] 1.2: b (Ada-2) 🚫 Blocked: 1.1',
      '- [ ] 1.2: b (Ada-2)\n  - Status: Waiting for Task 1.1',
    ]) {
      const { run, told } = after(line);
      assert.deepEqual([run, told], [['1.1', '1.2 after 1.1'], []], line);
    }
  });

  it('is run behind what it depends on, with a warning, where no reason is given', () => {
    const blocked = after('- [ ] 1.2: b (Ada-2, depends on 1.1) 🚫 Blocked');
    assert.deepEqual([blocked.run, blocked.told], [['1.1', '1.2 after 1.1'], ['3:1 blocked-by-what 1.2']]);
    const table = read(
      '## Task Assignment Matrix\n\n| Task ID | What | Status | Parallel Group |\n|--|--|--|--|\n| T1 | a | Pending | 1 |\n| T2 | b | Blocked | 2 |\n',
    );
    assert.deepEqual([table.run, table.told], [['T1', 'T2'], ['6:1 blocked-by-what T2']]);
    assert.deepEqual(after('- [ ] 1.2: b (Ada-2, depends on 1.1) ⏸️ On hold').run, ['1.1']);
  });
});

describe('what is said of a group', () => {
  const group = (heading: string, field = '') =>
    read(
      `## Parallel Group 1: A${heading}\n${field}\n- [ ] 1.1: a (Ada-1)\n- [x] 1.2: b (Ada-1)\n- [ ] 1.3: c (Ada-2) ⏸️ Pending\n\n## Parallel Group 2: B\n**Dependencies**: None\n- [ ] 2.1: d (Ada-3)\n`,
    );
  it('counts for its tasks that are not done, and is told once', () => {
    for (const held of [group(' ⏸️ ON HOLD'), group('', '**Status**: Blocked: legal\n')]) {
      assert.deepEqual([held.run, held.told], [['2.1'], ['1:1 task-held 1.1,1.3']]);
    }
    assert.deepEqual(group(' 🚫 Cancelled').told, ['1:1 task-crossed-out 1.1,1.3']);
    const begun = group(' 🚧 IN PROGRESS');
    assert.deepEqual([begun.run.length, begun.told], [3, ['1:1 task-in-progress 1.1,1.3']]);
  });
});

it('a workstream that is one task is held as well', () => {
  const { run, told } = read(
    '### Workstream 1: A\n**Agent:** a-1\n**Status**: On hold\n\n### Workstream 2: B\n**Agent:** b-1\n',
  );
  assert.deepEqual([run, told], [['workstream-2'], ['1:1 task-held workstream-1']]);
});

it('what is not run keeps its group from being marked as complete, and is no task that was added', () => {
  const text = THREE('');
  const facts = {
    tasks: [{ id: '1.3', title: 'c', warnings: false }],
    groups: [{ number: 1, actual: '1h' }],
  };
  const { text: marked, left } = markDone(text, facts);
  assert.equal(marked, text.replace('- [ ] 1.3: c (Ada-2)', '- [x] 1.3: c (Ada-2) ✅'));
  assert.deepEqual(left, []);
});
