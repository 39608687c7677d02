/** What a plan says is told to an agent, used, or named in a finding: no word of it is dropped in silence. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { promptText } from '../../core/prompt-text.ts';
import { readPlanMd } from './read-plan-md.ts';

function read(text: string) {
  return readPlanMd({ files: new Map([['PLAN.md', text]]) });
}

/** All that agents are told of the plan. */
function told(text: string): string {
  const { plan } = read(text);
  assert.ok(plan !== undefined, `${text}\n${JSON.stringify(read(text).findings)}`);
  return plan.tasks.map(({ prompt }) => promptText(prompt, plan.context)).join('\n');
}

const ODD = [
  '#### Head of zebra\n\nBelow it\n',
  '#### Zebra\n- a note\n',
  '**Rollout of zebra**:\n- a note\n',
  '**Requires**: Node 22 and zebra\n',
  '- Requires: zebra\n',
  '**Status**: half a zebra\n',
  '**Estimate**: zebra\n',
  '**Branch**: zebra\n',
  '**Worktree**: zebra\n',
  '<details>\nzebra\n</details>\n',
  '> zebra\n',
  '```\nzebra\n```\n',
  '| a | b |\n|--|--|\n| c | zebra |\n',
  'zebra\n',
] as const;
const PLACES: readonly (readonly [string, (odd: string) => string])[] = [
  ['before everything', (odd) => `# T\n\n${odd}\n## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n`],
  ['above the tasks', (odd) => `## Parallel Group 1: A\n\n${odd}\n- [ ] 1.1: a (Ada-1)\n`],
  ['behind the tasks', (odd) => `## Parallel Group 1: A\n\n- [ ] 1.1: a (Ada-1)\n\nText\n\n${odd}`],
  ['below a task that is a heading', (odd) => `## Parallel Group 1: A\n\n#### Task 1.1: a (Ada-1)\n\n${odd}`],
  ['in a workstream', (odd) => `### Workstream 1: A\n**Agent:** Ada-1\n\n${odd}`],
  ['in a workstream of tasks', (odd) => `### Workstream 1: A\n\n- [ ] 1.1: a (Ada-1)\n\nText\n\n${odd}`],
  [
    'beside a table',
    (odd) =>
      `## Task Assignment Matrix\n\n${odd}\n| Task ID | What | Parallel Group |\n|--|--|--|\n| T1 | b | 1 |\n`,
  ],
];

describe('agents are told what stands', () => {
  it('in front matter', () =>
    assert.match(told('---\nby: zebra\n---\n## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n'), /zebra/));
  for (const [name, around] of PLACES)
    it(name, () => {
      for (const odd of ODD) assert.match(told(around(odd)), /zebra/i, around(odd));
    });

  it('behind a sign, in a quotation below a task, and in a column for what is needed', () => {
    const task = (rest: string): string => `## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)${rest}\n`;
    for (const rest of [' ⚠️ tell the zebra', ' 🚧 zebra', '\n  > zebra', '\n  - Needs: OAuth2, zebra'])
      assert.match(told(task(rest)), /zebra/, rest);
    assert.equal(read(task('\n  > zebra')).plan?.tasks[0]?.title, 'a');
    const row = (cell: string): string =>
      `## Task Assignment Matrix\n\n| Task ID | What | Group | Requires |\n|--|--|--|--|\n| T1 | a | 1 | - |\n| T2 | b | 1 | ${cell} |\n`;
    assert.match(told(row('Node 22, zebra')), /Requires: Node 22, zebra/);
    assert.doesNotMatch(told(row('T1')), /Requires/);
  });
});

it('what stands above a task within its group is told to its agent', () => {
  const words = (text: string) => {
    const { words: all } = read(text);
    return [...(all ?? [])].map(([id, { requirements, more }]) => `${id}|${requirements}|${more}`);
  };
  const text = `## Parallel Group 1: A

### Tasks

- [ ] 1.1: a (Ada-1)

### Backend

#### Storage:

- [ ] 1.2: b (Ada-1)

**Later**:

- [ ] 1.3: c (Ada-1)

### Frontend

#### Task 1.4: d (Ada-1)

### Empty
`;
  const more = 'What the plan says of the whole group:\n### Empty';
  assert.deepEqual(words(text), [
    `1.1|a|${more}`,
    `1.2|b\n\nIn the plan it stands below: Backend / Storage|${more}`,
    `1.3|c\n\nIn the plan it stands below: Backend / Storage / Later|${more}`,
    `1.4|d\n\nIn the plan it stands below: Frontend|${more}`,
  ]);
  const table = '## Parallel Group 1: A\n\n### Zebra\n\n| Task ID | What |\n|--|--|\n| 1.1 | a |\n';
  assert.match(words(table).join(), /stands below: Zebra/);
});

it('what stands in parentheses behind an agent, a group or the word for none is told', () => {
  const task = (rest: string): string => `## Parallel Group 1: A\n- [ ] 1.1: b (Ada-1)\n${rest}\n`;
  for (const rest of [
    '- [ ] 1.2: a (Agent: Ada-1 (zebra), 2h)',
    '- [ ] 1.2: a (Ada-1 (zebra), 2h)',
    '- [ ] 1.2: a (Ada-1, depends on 1.1 (zebra))',
    '- [ ] 1.2: a (Ada-1, Dependencies: None (zebra))',
    '- [ ] 1.2: a (Ada-1)\n  - Dependencies: None (zebra)',
    '- [ ] 1.2: a (Ada-1)\n  - Agent: Ada-1 (zebra)',
  ])
    assert.match(told(task(rest)), /zebra/, rest);
  const group = (field: string): string => `## Parallel Group 1: A\n${field}\n\n- [ ] 1.1: a\n`;
  for (const field of [
    '**Dependencies**: None (zebra)',
    '**Dependencies**: None - zebra at once',
    '**Dependencies**:\n- None (zebra)\n',
    '**Agent**: Ada-1 (zebra)',
    '**Reviewer**: Ada-1 (zebra)',
  ])
    assert.match(told(group(field)), /zebra/, field);
  assert.doesNotMatch(told(group('**Dependencies**: All previous groups complete')), /previous groups/);
  const row = (cells: string): string =>
    `## Task Assignment Matrix\n\n| Task ID | What | Agent | Group | Dependencies |\n|--|--|--|--|--|\n| T1 | a | ${cells} |\n`;
  for (const cells of ['Ada (zebra) | 1 | -', 'Ada | 1 (zebra) | -', 'Ada | 1 | None (zebra)'])
    assert.match(told(row(cells)), /zebra/, cells);
});

describe('what a task needs', () => {
  const needs = (rest: string): readonly string[] | undefined =>
    read(`## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n- [ ] 1.2: b (Ada-2${rest}\n`).plan?.tasks[1]
      ?.dependsOn;
  it('is a task only where it is written as one', () => {
    for (const rest of [', requires Node 22)', ', needs: OAuth2)', ')\n  - Requires: OAuth2'])
      assert.deepEqual(needs(rest), [], rest);
    for (const rest of [', requires 1.1)', ', needs: 1.1, 2h)', ')\n  - Requires: 1.1, Redis'])
      assert.deepEqual(needs(rest), ['1.1'], rest);
    const row = (cell: string) =>
      read(
        `## Task Assignment Matrix\n\n| Task ID | What | Group | Needs |\n|--|--|--|--|\n| T1 | a | 1 | - |\n| T2 | b | 1 | ${cell} |\n`,
      ).plan?.tasks[1]?.dependsOn;
    assert.deepEqual(row('Python 3.12'), []);
    assert.deepEqual(row('T1 and Redis'), ['T1']);
  });
});

describe('what a group says counts for each of its tasks', () => {
  const group = (field: string) =>
    read(`## Parallel Group 1: A\n${field}\n\n- 1.1: a (Ada-1)\n- 1.2: b (Bob-1, Reviewer: Eve-1)\n`).plan
      ?.tasks;
  it('who reviews them, unless they say it', () => {
    assert.deepEqual(
      group('**Reviewer**: Bob-1')?.map(({ reviewers }) => reviewers),
      [['Bob-1'], ['Eve-1']],
    );
  });

  it('that they only verify', () => {
    assert.deepEqual(
      group('**Verify only**: yes')?.map(({ verifyOnly }) => verifyOnly),
      [true, true],
    );
  });

  it('that all of it is done, where no box says otherwise', () => {
    assert.deepEqual(
      group('**Status**: ✅ Complete')?.map(({ done }) => done),
      [true, true],
    );
    assert.deepEqual(
      group('**Status**: In progress')?.map(({ done }) => done),
      [undefined, undefined],
    );
    const open = read('## Parallel Group 1: A\n**Status**: Done\n- [ ] 1.1: a (Ada-1)\n');
    assert.equal(open.plan?.tasks[0]?.done, undefined);
    assert.ok(open.findings.some(({ rule }) => rule === 'contradictory-marks'));
  });
});

it('an agent of which nothing is known is one of its type, where a table says that', () => {
  const text =
    '## Agent Assignments\n\n| Task ID | Agent Type | Agent Instance |\n|--|--|--|\n| T1 | Builder | Ada |\n| T2 | Builder | Bob |\n';
  const files = new Map([
    ['.claude/agents/builder.md', '---\nmodel: opus\n---\nYou build.'],
    ['.claude/agents/bob.md', 'You are Bob.'],
  ]);
  const { plan, findings } = readPlanMd({ files: new Map([['PLAN.md', text]]) }, { agentFiles: { files } });
  assert.deepEqual(
    plan?.profiles?.map(({ name, model }) => [name, model]),
    [
      ['Ada', 'opus'],
      ['Bob', undefined],
    ],
  );
  assert.ok(!findings.some(({ rule }) => rule === 'agent-unknown'));
  assert.match(promptText(plan?.tasks[0]?.prompt ?? '', plan?.context ?? []), /You build\./);
});

it('a row with more cells than columns is told: a bar in its text has moved them', () => {
  const text =
    '## Task Assignment Matrix\n\n| Task ID | What | Group |\n|--|--|--|\n| T1 | a `x|y` | 1 |\n| T2 | b | 1 | |\n| T3 | c \\| d | 1 |\n';
  const { findings } = read(text);
  const found = findings.filter(({ rule }) => rule === 'row-too-long');
  assert.deepEqual(
    found.map(({ line }) => line),
    [5],
  );
});

it('boxes of a workstream that is one task are parts of it', () => {
  const { plan, findings } = read('### Workstream 1: A\n**Agent:** Ada-1\n\n- [ ] page\n- [x] style\n');
  assert.deepEqual(
    plan?.tasks.map(({ id }) => id),
    ['workstream-1'],
  );
  assert.ok(!findings.some(({ rule }) => rule === 'task-outside'));
  assert.match(promptText(plan?.tasks[0]?.prompt ?? '', plan?.context ?? []), /- \[x\] style/);
});
