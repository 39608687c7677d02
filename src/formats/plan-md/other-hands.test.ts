/** Plans as different people write them: what they mean is read, or told with its place. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPlanText as read, rulesOf as rules } from '../../testing/plan-md-read.ts';

/** Of the tasks of one group. */
function tasks(items: string): readonly string[] {
  const { plan } = read(`# P\n## Parallel Group 1: A\n${items}`);
  return (plan?.tasks ?? []).map(({ id, agent, reviewers, estimateSeconds = 0, dependsOn }) =>
    [id, agent, ...(reviewers ?? []), `${estimateSeconds / 3600}h`, ...dependsOn].join(' '),
  );
}

describe('what stands in parentheses behind a task', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['(Agent: Ada-1 | Est: 3h | Depends: none)', '1.2 Ada-1 3h'],
    ['(Agent: Ada-1 / Est: 3h)', '1.2 Ada-1 3h'],
    ['(Ada-1 / Bob-1, 3h)', '1.2 Ada-1 Bob-1 3h'],
    ['(Ada-1 • 2h • after 1.1)', '1.2 Ada-1 2h 1.1'],
    ['(Agent=Ada-1, Est=2h, Deps=1.1)', '1.2 Ada-1 2h 1.1'],
    ['(assigned to Ada-1, `2h`)', '1.2 Ada-1 2h'],
    ['（Ada-1，2h，depends on 1.1）', '1.2 Ada-1 2h 1.1'],
    ['(Ada-1, 2h). Depends on: 1.1.', '1.2 Ada-1 2h 1.1'],
  ];
  for (const [written, expected] of cases)
    it(`may be ${written}`, () => {
      assert.deepEqual(tasks(`- [ ] 1.1: a (Ada-1, 1h)\n- [ ] 1.2: b ${written}\n`)[1], expected);
    });
});

it('colons of full width are read as others', () => {
  const text =
    '# P\n## Parallel Group 1：模型\n- [ ] 1.1：表（Ada-1，2h）\n## Parallel Group 2：接口\n**Dependencies**：None\n\n- [ ] 2.1：b (Ada-1)\n';
  const { plan } = read(text);
  assert.deepEqual(
    plan?.groups.map(({ name, after, tasks: own }) => `${name} ${after?.join()} ${own.join()}`),
    ['模型  1.1', '接口  2.1'],
  );
});

describe('dependencies', () => {
  const table = (needs: string): string =>
    `# P\n## Task Assignment Matrix\n| # | What | Agent | Depends on |\n|--|--|--|--|\n| 1 | a | Ada-1 | - |\n| 2 | b | Ada-1 | - |\n| 3 | c | Ada-1 | ${needs} |\n`;
  const cases: readonly (readonly [string, string])[] = [
    ['#1, #2', '1,2'],
    ['1..2', '1,2'],
    ['after 2', '2'],
    ['1 ✅, 2', '1,2'],
    ['None - can start now', ''],
    ['can start immediately', ''],
    ['No dependencies', ''],
  ];
  for (const [written, expected] of cases)
    it(`may be ${written}`, () => {
      const { plan } = read(table(written));
      assert.equal(plan?.tasks.at(-1)?.dependsOn.join(), expected);
    });

  it('are none only where nothing is waited for all the same', () => {
    for (const written of ['start immediately after b', 'nothing except b', 'standalone-b'])
      assert.deepEqual(rules(table(written)), ['7 error unknown-dependency'], written);
    const groups = (needs: string): string =>
      `# P\n## Parallel Group A: A\n- [ ] A.1: a (Ada-1)\n## Parallel Group B: B\n- [ ] B.1: b (Ada-1)\n## Parallel Group C: C\n**Dependencies**: ${needs}\n\n- [ ] C.1: c (Ada-1)\n`;
    for (const written of ['None except Group A', 'Independent, except for Group A'])
      assert.deepEqual(read(groups(written)).plan?.groups.at(-1)?.after, [1], written);
    const unclear = groups('None until the design is approved');
    assert.deepEqual(rules(unclear), ['7 warning group-dependencies-unclear']);
    assert.deepEqual(read(unclear).plan?.groups.at(-1)?.after, [1, 2]);
  });

  it('of a group that may begin at once are none', () => {
    const text =
      '# P\n## Parallel Group 1: A\n- 1.1: a (Ada-1)\n## Parallel Group 2: B\n**Dependencies**: Can start immediately\n\n- 2.1: b (Ada-1)\n';
    assert.deepEqual(rules(text), []);
    assert.deepEqual(read(text).plan?.groups[1]?.after, []);
  });

  it('that stand beside the tasks are told, unless they are kept anyway', () => {
    const around = (words: string, last = '(Ada-1)'): string =>
      `# P\n${words}\n## Parallel Group 1: A\n- 1.1: a (Ada-1)\n- 1.2: b ${last}\n`;
    const told = ['1 warn dependency-unread'];
    for (const words of ['Task 1.2 depends on 1.1.', '1.1 → 1.2', 'Task 1.1 must come before task 1.2'])
      assert.deepEqual(
        rules(around(words)).map((each) => each.replace('warning', 'warn')),
        told,
        words,
      );
    assert.deepEqual(rules(around('1.1 → 1.2', '(Ada-1, after 1.1)')), []);
    assert.deepEqual(rules(around('Tasks 1.1 and 1.2 are small.')), []);
  });
});

describe('what is no task', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'with tasks below it',
      '- **Ada-1**\n  - [ ] 1.2: b\n',
      ['4 warning not-a-task', '5 error task-outside'],
    ],
    ['with the id of one', '- 1.2 Build the docs\n', ['4 error task-unclear']],
    ['with the id of one in brackets', '- (1.2) Build the docs\n', ['4 error task-unclear']],
    ['that is an amount', '- 1.2 GB of memory\n', ['4 warning not-a-task']],
    [
      'in a table without ids',
      '\n| Task | Agent |\n|--|--|\n| 1.2 Build it | Ada-1 |\n',
      ['7 error task-outside'],
    ],
    ['in a table of other things', '\n| Agent | Skill |\n|--|--|\n| Ada-1 | TypeScript |\n', []],
    ['in a line without a bullet', '\n1.2. Docs — Ada-1 — 2h\n', ['5 warning task-outside']],
  ];
  for (const [name, rest, expected] of cases)
    it(`${name} is told`, () => {
      assert.deepEqual(rules(`# P\n## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n${rest}`), expected);
    });
});

describe('words that say how tasks stand', () => {
  it('above their groups are told, where those are run', () => {
    const text = (mark: string): string =>
      `# P\n## ✅ Completed groups\n### Parallel Group 1: A\n- [${mark}] 1.1: a (Ada-1)\n## Backlog (do not run)\n### Parallel Group 2: B\n- 2.1: b (Ada-1)\n## Work\n### Parallel Group 3: C\n- 3.1: c (Ada-1)\n`;
    assert.deepEqual(rules(text(' ')), ['2 warning state-unread', '5 warning state-unread']);
    assert.deepEqual(rules(text('x')), ['5 warning state-unread']);
  });

  for (const title of [
    'a (Ada-1) DONE',
    'a (Ada-1): completed',
    'a (Ada-1) - completed 2026-01-01',
    'a – do not start yet',
  ])
    it(`behind a task are told: ${title}`, () => {
      assert.deepEqual(rules(`# P\n## Parallel Group 1: A\n- [ ] 1.1: ${title}\n`), [
        '3 warning state-unread',
      ]);
    });

  it('do not make done what is done in part', () => {
    const text = (status: string): string =>
      `# P\n## Task Assignment Matrix\n| Task ID | What | Agent | Status |\n|--|--|--|--|\n| T1 | a | Ada-1 | ${status} |\n`;
    for (const status of ['Complete except tests', 'Done (unmerged)', 'Done, but not tested']) {
      assert.deepEqual(rules(text(status)), ['5 warning state-unclear'], status);
      assert.equal(read(text(status)).plan?.tasks[0]?.done, undefined);
    }
    for (const status of [
      'Done',
      'Completed 2026-01-01',
      'Done by hand',
      'Completed without issues',
      'Done, but slow',
    ])
      assert.equal(read(text(status)).plan?.tasks[0]?.done, true, status);
  });
});

describe('an order of the tasks of a group', () => {
  const group = (above: string, second = '(Ada-1)', third = '(Ada-1)'): string =>
    `# P\n## Parallel Group 1: A\n- 1.1: a (Ada-1)\n\n### ${above}\n- 1.2: b ${second}\n- 1.3: c ${third}\n`;
  it('that a heading or a note says is told, unless tasks wait', () => {
    const told = ['7 warning order-unread'];
    assert.deepEqual(rules(group('Sequential')), told);
    assert.deepEqual(rules(group('Steps (in order)')), told);
    assert.deepEqual(rules(group('Late\nOne after the other.\n')), ['9 warning order-unread']);
    assert.deepEqual(rules(group('Checks (after all others)')), told);
    assert.deepEqual(rules(group('Server')), []);
    const last = '(Ada-1)\n  - Needs: everything above';
    assert.deepEqual(rules(group('Server', '(Ada-1)', last)), told);
    assert.deepEqual(rules(group('Server', '(Ada-1)', `${last}\n  - Depends on: 1.1, 1.2`)), []);
    const behind = '(Ada-1, after 1.2)';
    assert.deepEqual(rules(group('Sequential', '(Ada-1)', behind)), []);
    assert.deepEqual(rules(group('Checks (after all others)', '(Ada-1, after 1.1)', behind)), []);
  });

  it('that prose says of a task is told, unless it waits', () => {
    const prose = (third?: string, words = '1.3 must come last.'): string =>
      `${group('Server', '(Ada-1)', third)}\n## Notes\n${words}\n`;
    assert.deepEqual(rules(prose()), ['7 warning order-unread']);
    assert.deepEqual(rules(prose('(Ada-1, after 1.1, 1.2)')), []);
    assert.deepEqual(rules(prose('(Ada-1)', 'Releases must come last.')), []);
  });
});

it('a bold line that names criteria does so without a colon, too', () => {
  const { plan } = read(
    '# P\n## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n\n**Success criteria**\n- [ ] 1.1 has tests\n- [ ] it is quick\n',
  );
  assert.deepEqual(plan?.groups[0]?.tasks, ['1.1']);
});

it('what stands below a task may end with a full stop, and name groups and places', () => {
  assert.deepEqual(tasks('- [ ] 1.1: a\n\n  Assigned: Ada-1.\n  Estimated effort: 3h.\n'), ['1.1 Ada-1 3h']);
  const group = '# P\n## Parallel Group 1: A\n';
  const elsewhere = '- [ ] 1.1: a (Ada-1)\n  - Group: 2\n- [ ] 1.2: b → Group 2\n';
  assert.deepEqual(rules(`${group}${elsewhere}## Parallel Group 2: B\n- [ ] 2.1: c (Ada-1)\n`), [
    '3 warning group-unread',
    '5 warning group-unread',
  ]);
  assert.deepEqual(rules(`${group}${elsewhere}`), []);
  assert.deepEqual(rules(`${group}- [ ] 1.1: a (Ada-1)\n  - Group: 1\n`), []);
  assert.deepEqual(rules(`${group}1. **a** (Ada-1)\n2. **b** (Ada-1)\n   - depends on #1\n`), [
    '4 warning dependency-unread',
  ]);
});

it('long blanks between names cost no more time than other text', () => {
  const start = process.cpuUsage();
  read(
    `# P\n## Task Assignment Matrix\n| Task ID | Dependencies |\n|--|--|\n| T1 | - |\n| T2 | T1${' '.repeat(100_000)}T1 |\n`,
  );
  const { user } = process.cpuUsage(start);
  assert.ok(user < 10_000_000, `${user} µs`);
});

it('a long row of brackets and signs costs no more time than other text', () => {
  const line = '(✅'.repeat(5000);
  const start = process.cpuUsage();
  read(`# P\n## Parallel Group 1: A\n${`- [ ] ${line}\n`.repeat(20)}`);
  const { user } = process.cpuUsage(start);
  assert.ok(user < 10_000_000, `${user} µs`);
});

describe('what stands beside tasks', () => {
  const one = '# P\n## Parallel Group 1: A\n- [ ] 1.1: Design it (Ada-1)\n- [ ] 1.2: Build it (Ada-1)\n';

  it('is no task where it names some that are read', () => {
    assert.deepEqual(rules(`${one}- 1.1 and 1.2 can run at once\n`), ['5 warning not-a-task']);
    for (const table of [
      '| Task | Agent |\n|--|--|\n| Design it | Ada-1 |\n| Build it | Ada-1 |\n',
      '| Agent | Role | Tasks |\n|--|--|--|\n| Ada-1 | Makes it | 1.1, 1.2 |\n| Cy-1 | Reviews | all |\n',
    ])
      assert.deepEqual(rules(`${one}\n${table}`), [], table);
    const unread = '| Agent | Task |\n|--|--|\n| Ada-1 | Paint it |\n';
    assert.deepEqual(rules(`${one}\n${unread}`), ['8 warning task-outside']);
  });

  it('is a task below a bold line that may be the name of a part', () => {
    for (const part of ['Integration', 'Reports', 'Risk scoring'])
      assert.deepEqual(tasks(`**${part}**\n- [ ] Wire it (Ada-1)\n`), ['pg1-task-1 Ada-1 0h'], part);
  });

  it('are criteria below a bold line, with numbers of their own', () => {
    const criteria = '\n**Success criteria**\n- [ ] 1.3 of the standard is kept\n- [ ] 1.1 has tests\n';
    assert.deepEqual(rules(`${one}${criteria}`), ['7 warning task-outside']);
    assert.equal(read(`${one}${criteria}`).plan?.tasks.length, 2);
  });
});

describe('usual words of tasks are no more than words', () => {
  const beside = '- [ ] 1.2: b (Bob-1)\n';
  for (const title of [
    'Raise coverage to 100%',
    'Mark the order as DONE',
    'Filter the list by status: done, blocked, in progress',
    'Support the states open, closed, done',
    'The job needs all previous migrations',
    'Start when it requires all other services',
    'It must run last migrations again',
  ])
    it(title, () => {
      assert.deepEqual(rules(`# P\n## Parallel Group 1: A\n- [ ] 1.1: ${title} (Ada-1)\n${beside}`), []);
    });
  for (const heading of ['In order to ship', 'Serial port', 'What to do after launch', 'Run once daily'])
    it(`of a heading: ${heading}`, () => {
      const text = `# P\n## Parallel Group 1: A\n### ${heading}\n- [ ] 1.1: a (Ada-1)\n${beside}`;
      assert.deepEqual(rules(text), []);
    });
  it('of a note: serial numbers, shown in order', () => {
    const notes = 'Orders are shown in order. Serial numbers are unique.\n';
    assert.deepEqual(rules(`# P\n## Parallel Group 1: A\n${notes}\n- [ ] 1.1: a (Ada-1)\n${beside}`), []);
  });
  it('of steps of a task', () => {
    const steps = '  1. Ask for the name\n  2. After step 2 ask again\n';
    assert.deepEqual(rules(`# P\n## Parallel Group 1: A\n- a (Ada-1)\n${steps}- b (Ada-1)\n`), []);
    assert.deepEqual(rules(`# P\n## Parallel Group 1: A\n- a (Ada-1)\n- b after step 1 (Ada-1)\n`), [
      '4 warning dependency-unread',
    ]);
  });
  it('of a lock', () => {
    const text = '# P\n## 🔒 Security\n### Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n';
    assert.deepEqual(rules(text), []);
  });
});

it('conflicts are told unless either comes first', () => {
  const text = (needs: string): string =>
    `# P\n## Parallel Group 1: A\n**Conflicts with**: 2.1\n\n- [ ] 1.1: a (Ada-1)\n## Parallel Group 2: B\n**Dependencies**: ${needs}\n\n- [ ] 2.1: b (Bob-1)\n`;
  assert.deepEqual(rules(text('None')), ['2 warning dependency-unread']);
  assert.deepEqual(rules(text('Group 1')), []);
});

it('what is held is not said to be run, whatever its title says', () => {
  const text =
    '# P\n## Parallel Group 1: A\n- [ ] 1.1: a, blocked by legal (Ada-1) 🚫 Blocked: legal\n- [ ] 1.2: b (Ada-1)\n';
  assert.ok(!rules(text).includes('3 warning state-unread'));
});

describe('what is done in part', () => {
  const done = (text: string): readonly boolean[] =>
    (read(text).plan?.tasks ?? []).map((task) => task.done === true);
  const listed = (mark: string): string => `# P\n## Parallel Group 1: A\n- 1.1: a (Ada-1) ${mark}\n`;
  const inTable = (state: string): string =>
    `# P\n## Task Assignment Matrix\n| Task ID | What | Agent | Status |\n|--|--|--|--|\n| T1 | a | Ada-1 | ${state} |\n`;

  it('is not done, and told', () => {
    for (const mark of ['✅ partially', '✅ 80%', '✅ Done, not merged'])
      for (const [text, line] of [
        [listed(mark), 3],
        [inTable(mark), 5],
      ] as const) {
        assert.deepEqual(done(text), [false], text);
        const [told = ''] = rules(text);
        assert.match(told, new RegExp(`^${line} warning (?:task-in-progress|state-unclear)$`), text);
      }
  });

  it('is told once beside an empty box', () => {
    const text = '# P\n## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1) ✅ Done, not merged\n';
    assert.deepEqual(rules(text), ['3 warning contradictory-marks']);
  });

  it('is not what was done in nearly the time', () => {
    for (const state of ['Done in almost 3h', 'Completed in nearly 2h', '✅ 100%', '✅ 1h 32min'])
      assert.deepEqual(done(inTable(state)), [true], state);
    assert.deepEqual(done(inTable('Completed, nearly')), [false]);
  });
});

it('a group whose tasks are not to run at once is told', () => {
  const text = (needs: string): string =>
    `# P\n## Parallel Group 1: A\n**Parallel**: No\n\n- [ ] 1.1: a (Ada-1)\n- [ ] 1.2: b (Bob-1${needs})\n`;
  assert.deepEqual(rules(text('')), ['6 warning order-unread']);
  assert.deepEqual(rules(text(', after 1.1')), []);
});
