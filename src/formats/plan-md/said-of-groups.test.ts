/** What a group says of what it waits for, and of who does its tasks, in other words and places than the usual ones. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPlanMd } from './read-plan-md.ts';

function read(text: string) {
  const { plan, findings } = readPlanMd({ files: new Map([['PLAN.md', text]]) });
  const quiet = ['agent-unknown', 'criteria-missing', 'agent-missing'];
  return {
    plan,
    told: findings.filter(({ rule }) => !quiet.includes(rule)).map(({ line, rule }) => `${line} ${rule}`),
  };
}

describe('what a group waits for', () => {
  const plan = (heading: string, written: string) =>
    read(
      `## Parallel Group 1: A${heading}\n${written}\n- [ ] 1.1: a (Ada-1)\n\n## Parallel Group 2: B\n**Dependencies**: None\n- [ ] 2.1: b (Ada-1)\n\n## Parallel Group 3: C\n**Dependencies**: None\n- [ ] 3.1: c (Ada-1)\n`,
    );
  const after = (written: string): readonly number[] | undefined => plan('', written).plan?.groups[0]?.after;

  it('is read wherever it stands', () => {
    for (const written of [
      '*Dependencies*: Group 2 complete\n',
      '🔗 **Dependencies**: Group 2\n',
      '⏱️ **Duration**: 2 days\n🔗 **Dependencies**: Group 2\n',
      '**Starts after**: Group 2\n',
      'Depends on Group 2\n',
      '- Depends on Group 2 complete.\n',
      '**Dependencies**:\nGroup 2 complete\n',
      '**Dependencies**:\n\nGroup 2 complete\n',
      '### Dependencies\nGroup 2 must be complete.\n\n### Tasks\n',
    ]) {
      assert.deepEqual(after(written), [2], written);
      assert.deepEqual(plan('', written).told, [], written);
    }
    assert.deepEqual(after('**Dependencies**: Group 2,\nGroup 3\n'), [2, 3]);
    assert.deepEqual(after('**Dependencies**: Group 2\n**Dependencies**: Group 3\n'), [2, 3]);
  });

  it('is told of workstreams as well', () => {
    const said = (line: string, own = '- [ ] 2.1: b\n') =>
      read(
        `## Workstream 1: A\n**Agent**: Ada-1\n${own.replaceAll('2', '1')}\n## Workstream 2: B\n**Agent**: Ada-2\n${line}\n${own}`,
      );
    for (const line of [
      '**Starts:** after Workstream 1',
      '**Begins**: once Workstream 1 is done',
      'Starts after Workstream 1.',
      '> Wait for Workstream 1',
      '**Order**: after Workstream 1',
    ])
      assert.deepEqual(said(line).told, ['5 group-dependency-unread'], line);
    assert.deepEqual(said('**Starts**: after 1.1').told, ['5 dependency-unread']);
    assert.deepEqual(said('**Starts**: after 1.1\n**Depends on**: 1.1').told, []);
    assert.deepEqual(said('**Starts**: Monday').told, []);
    assert.deepEqual(said('Starts after Workstream 1.', '').told, ['4 dependency-unread']);
    assert.deepEqual(said('Starts after Workstream 1.\n**Depends on**: Workstream 1', '').told, []);
  });

  it('is told where it is not read, unless it is so anyway', () => {
    for (const [heading, written] of [
      [' (depends on Group 2)', ''],
      ['', '**Blocks**: Group 3\n'],
      ['', '> **Dependencies**: Group 2\n'],
      ['', '| Duration | Dependencies |\n|--|--|\n| 2 days | After Group 2 |\n'],
    ] as const)
      assert.deepEqual(plan(heading, written).told, ['1 group-dependency-unread'], heading + written);
    const beside =
      '## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n\n## Parallel Group 2: B\n**Can overlap with**: Group 1\n- [ ] 2.1: b (Ada-1)\n';
    assert.deepEqual(read(beside).told, ['4 group-dependency-unread']);
    assert.deepEqual(read(beside.replace('Can overlap with', 'Note')).told, []);
    assert.deepEqual(read(beside.replace('Can overlap with', 'It needs')).told, []);
  });
});

describe('who does the tasks of a group', () => {
  const agents = (...lines: readonly string[]) =>
    read(`## Parallel Group 1: A\n${lines.join('\n')}\n`).plan?.tasks.map(({ agent }) => agent);

  it('is said anew within it', () => {
    assert.deepEqual(
      agents(
        '**Agent**: Ada-1',
        '- [ ] 1.1: a',
        '',
        '**Agent**: Bob-2',
        '- [ ] 1.2: b',
        '- [ ] 1.3: c (Eve-3)',
      ),
      ['Ada-1', 'Bob-2', 'Eve-3'],
    );
    assert.deepEqual(
      agents(
        '### Agent: Ada-1 (the first)',
        '- [ ] 1.1: a',
        '### Bob-2',
        '- [ ] 1.2: b',
        '### Rest',
        '- [ ] 1.3: c',
      ),
      ['Ada-1', 'Bob-2', undefined],
    );
    assert.deepEqual(
      agents(
        '**Ada-1**:',
        '- [ ] 1.1: a',
        '',
        '**Bob-2:**',
        '- [ ] 1.2: b',
        '',
        '**Later**:',
        '- [ ] 1.3: c',
      ),
      ['Ada-1', 'Bob-2', undefined],
    );
  });
});

it('headings of groups, workstreams and tables may have a sign or a number before them', () => {
  const groups = (text: string) => read(text).plan?.groups.map(({ number, name }) => `${number} ${name}`);
  const task = '\n- [ ] 1.1: a (Ada-1)\n';
  assert.deepEqual(groups(`## 🚀 Parallel Group 1: Set up${task}`), ['1 Set up']);
  assert.deepEqual(groups(`## 3. Parallel Group 1: Set up${task}`), ['1 Set up']);
  assert.equal(read('### 🔧 Workstream 1: Back\n**Agent:** Ada-1\n').plan?.tasks.length, 1);
  const table =
    '| Task ID | What | Status | Dependencies |\n|--|--|--|--|\n| [T1](#t1) | a | 🟢 Done | - |\n| T2 | b | - | [T1](#t1) |\n| T3 | c | - | T1<br>T2 |\n';
  for (const heading of ['📋 Task Assignment Matrix', '2.1 Task Assignment Matrix', '📋 Agent Assignments']) {
    const { plan, told } = read(`## ${heading}\n\n${table}`);
    assert.deepEqual(told, [], heading);
    assert.deepEqual(
      plan?.tasks.map(({ id, dependsOn, done = false }) => `${id} ${dependsOn.join('+')} ${done}`),
      ['T1  true', 'T2 T1 false', 'T3 T1+T2 false'],
    );
  }
});
