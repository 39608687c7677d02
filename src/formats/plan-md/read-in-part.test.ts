/** Fields on what is waited for, of which a part was read, and the rest was dropped without a word. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPlanText as read, rulesOf as rules } from '../../testing/plan-md-read.ts';

const BASE =
  '# P\n## Parallel Group 1: Base\n- [ ] 1.1: a (Ada-1)\n- [ ] 1.2: b (Ada-2)\n## Parallel Group 2: Pages\n**Dependencies**: None\n\n- [ ] 2.1: c (Ada-3)\n';

/** Of a third group below these lines: what it waits for, how many tasks it has, and what is told. */
function third(lines: string): string {
  const text = `${BASE}## Parallel Group 3: Top\n${lines}\n- [ ] 3.1: d (Ada-4)\n`;
  const { plan } = read(text);
  const group = plan?.groups.at(-1);
  const needs = plan?.tasks.find(({ id }) => id === '3.1')?.dependsOn.join();
  return `${group?.after.join()} ${needs} ${group?.tasks.length} ${rules(text).join()}`;
}

function dependsOn(lines: string): string {
  const text = `# P\n## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n- [ ] 1.2: b (Ada-2)\n- [ ] 1.3: c (Ada-3)\n- [ ] 1.4: d${lines}\n`;
  return `${read(text).plan?.tasks.at(-1)?.dependsOn.join()} ${rules(text).join()}`;
}

describe('what a group waits for', () => {
  it('is told where an entry of the list is no group and no task', () => {
    for (const says of [
      'Group 1, G2',
      'Group 1 and Phase 2',
      'Group 1, Pages',
      'Group 1 and the Pages group',
    ])
      assert.equal(third(`**Dependencies**: ${says}\n`), '1  1 10 warning group-dependencies-unclear', says);
    assert.equal(third('**Dependencies**: 1.1 and AUTH-2\n'), ' 1.1 1 10 warning group-dependencies-unclear');
    for (const says of ['Group 1 and a review', 'Group 1 (Day 2)', 'Group 1: Base', 'Group 1 — Base'])
      assert.equal(third(`**Dependencies**: ${says}\n`), '1  1 ', says);
  });

  it('is told where it says with whom it runs, and not what it waits for', () => {
    for (const says of ['None (can start with Group 2)', 'Same time as Group 2'])
      assert.equal(
        third(`**Dependencies**: ${says}\n`),
        '1,2  1 10 warning group-dependencies-unclear',
        says,
      );
    for (const says of ['Group 1, overlaps with Group 2', 'Group 1 with tests', 'As soon as Group 1 is done'])
      assert.equal(third(`**Dependencies**: ${says}\n`), '1  1 ', says);
  });

  it('goes on in the next line', () => {
    for (const says of ['Group 1\nand Group 2', 'Group 1\nGroup 2', 'Group 1 (tables\nand seeds), Group 2'])
      assert.equal(third(`**Dependencies**: ${says}\n`), '1,2  1 ', says);
    assert.equal(third('**Dependencies**: Group 1\nWe build on Group 2 here.\n'), '1  1 ');
  });

  it('stands in one line with other fields', () => {
    for (const sign of [',', ';', '', ' |', ' ·'])
      assert.equal(third(`**Duration**: 2 days${sign} **Dependencies**: Group 1\n`), '1  1 ', sign);
    assert.equal(third('Duration: 2 days, Dependencies: Group 1\n'), '1  1 ');
    assert.equal(third('**Focus**: the API, **Dependencies**: Group 1\n'), '1  1 ');
  });

  it('is no word of a sentence', () => {
    for (const prose of ['See **Dependencies**: none of them wait', 'It has two columns, depends on: none'])
      assert.equal(third(`${prose}\n`), '2  1 ', prose);
    const text = `${BASE}## Parallel Group 3: Top\nIt shows the **Status**: done\n\n- 3.1: d (Ada-4)\n`;
    assert.equal(read(text).plan?.tasks.at(-1)?.done, undefined);
  });

  it('has a box, and is no task', () => {
    assert.equal(third('**Dependencies**:\n- [x] Group 1\n- [ ] 2.1 merged\n'), '1 2.1 1 ');
    assert.equal(third('- [ ] Dependencies: Group 1'), '1  1 ');
    assert.equal(third('- [x] **Depends on**: Group 1 complete'), '1  1 ');
  });

  it('has no box where it is work to be done', () => {
    for (const says of ['Dependencies: install zod (Ada-2)', 'After: clean up behind 1.1 (Ada-2)'])
      assert.match(third(`- [ ] ${says}`), /^2 {2}2 /, says);
  });

  it('is no version of a program', () => {
    assert.equal(third('**Requires**: Python 3.11\n'), '2  1 ');
    assert.equal(
      third('**Dependencies**: Python 3.11, Postgres 16\n'),
      '1,2  1 10 warning group-dependencies-unclear',
    );
    assert.equal(third('**Requires**: 3.11\n'), 'undefined undefined undefined 10 error unknown-group');
  });
});

it('words behind a comma of a field are words', () => {
  const said = 'the API answers, status: blocked users get 403, agent: none, time: 12h';
  assert.equal(third(`**Goal**: ${said}\n`), '2  1 ');
});

describe('what a task waits for', () => {
  it('has a comma before its last and', () => {
    assert.equal(dependsOn(' (Ada-4)\n  - Depends on: 1.1, 1.2, and 1.3'), '1.1,1.2,1.3 ');
    assert.equal(dependsOn(' (Ada-4, depends on 1.1, 1.2, and 1.3)'), '1.1,1.2,1.3 ');
  });

  it('is told where it is yet to be said', () => {
    assert.equal(dependsOn(' (Ada-4)\n  - Depends on: TBD'), ' 6 warning dependency-undecided');
    assert.equal(dependsOn(' (Ada-4, depends on TBD)'), ' 6 warning assignment-unclear');
    const table =
      '# P\n## Task Assignment Matrix\n| Task ID | Work | Parallel Group | Dependencies |\n|---|---|---|---|\n| T1 | a | 1 | TBD |\n';
    assert.deepEqual(rules(table), ['5 warning dependency-undecided']);
  });

  it('goes on in the next line', () => {
    for (const says of ['1.1\n    1.2', '1.1\n    and 1.2', '1.1 (the tables\n    and seeds), 1.2'])
      assert.equal(dependsOn(` (Ada-4)\n  - Depends on: ${says}`), '1.1,1.2 ', says);
  });

  it('stands before another field of its line', () => {
    assert.equal(dependsOn(' (Ada-4)\n  - Depends on: 1.1 | Files: a.ts'), '1.1 ');
    assert.equal(dependsOn(' (Ada-4)\n  - dependsOn: 1.1'), '1.1 ');
  });
});

it('a long line of one sign is read', () => {
  const line = `${':'.repeat(200_000)}x\n`;
  assert.equal(third(line), '2  1 ');
});
