import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { estimateSeconds } from '../estimate.ts';
import { readGroupDependencies } from './group-dependencies.ts';
import { agentNamesIn, taskNamesIn } from './keys.ts';
import { isDone, movedTo } from './marks.ts';
import { readTaskLine } from './task-line.ts';
import { seemsToVerify } from './verify-only.ts';

/** `id | title | agents | seconds | dependencies | what the marks say` */
function line(text: string): string {
  const { id = '', title, assignment, checked, marks, isTask, isDropped } = readTaskLine(text);
  const { agents, estimateSeconds: seconds = '', dependsOn } = assignment;
  const to = movedTo(marks);
  const progress = `${isDropped ? 'dropped' : isTask ? (isDone(checked, marks) ? 'done' : 'open') : 'no task'}${to === undefined ? '' : ` in ${to}`}`;
  return [id, title, agents.join('+'), seconds, dependsOn.join('+'), progress].join(' | ');
}

describe('a line that names a task', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['[ ] Task 1.1: Do it (Agent: Ada-1, Est: 4h)', '1.1 | Do it | Ada-1 | 14400 |  | open'],
    ['[ ] 2.1: Do it (Ada-1, 6h)', '2.1 | Do it | Ada-1 | 21600 |  | open'],
    ['Task 3.1: Do it (Ada-1)', '3.1 | Do it | Ada-1 |  |  | open'],
    ['Task: Unit tests (Ada-1)', ' | Unit tests | Ada-1 |  |  | open'],
    ['Task 2.1: Do it (Ada-1, Bob-2)', '2.1 | Do it | Ada-1+Bob-2 |  |  | open'],
    ['Task 2.1: Do it (Ada-1 & Bob-2, 90min)', '2.1 | Do it | Ada-1+Bob-2 | 5400 |  | open'],
    ['Do it (Ada-1)', ' | Do it | Ada-1 |  |  | open'],
    ['**Task 1.1**: Do it (Ada-1)', '1.1 | Do it | Ada-1 |  |  | open'],
    ['**Task 1.1: Do it** (Ada-1)', '1.1 | Do it | Ada-1 |  |  | open'],
    ['`1.1`: Call `f` (Ada-1)', '1.1 | Call `f` | Ada-1 |  |  | open'],
    ['Task `T7` - Do it', 'T7 | Do it |  |  |  | open'],
    ['Task T7 - Do it', 'T7 | Do it |  |  |  | open'],
    ['[ ] A.2: Do it (Ada-1)', 'A.2 | Do it | Ada-1 |  |  | open'],
    ['TASK-007: Do it', 'TASK-007 | Do it |  |  |  | open'],
    ['[x] 2.1: Do it (Ada-1, 6h) ✅ 1h 32min', '2.1 | Do it | Ada-1 | 21600 |  | done'],
    ['[x] 2.3: Do it (Ada-1, 5h) ⏭️ Moved to Group 3', '2.3 | Do it | Ada-1 | 18000 |  | open in 3'],
    ['[x] 2.3: Do it (Ada-1) ⏭️ Moved to Group 3 ✅ 1h', '2.3 | Do it | Ada-1 |  |  | done in 3'],
    ['2.3: Do it (Ada-1) ❌ broken ⚠️ 2h (warnings)', '2.3 | Do it | Ada-1 |  |  | done'],
    ['[x] 2.4: Do it (Ada-1, 6h) ⚠️ 1h 41min (warnings)', '2.4 | Do it | Ada-1 | 21600 |  | done'],
    ['2.4: Do it (Ada-1) ⚠️ 1h 41min (warnings)', '2.4 | Do it | Ada-1 |  |  | done'],
    ['2.4: Do it (Ada-1) ⚠️', '2.4 | Do it | Ada-1 |  |  | open'],
    ['[ ] 2.4: Do it ✅', '2.4 | Do it |  |  |  | open'],
    ['✅ Task 1.1: Do it (Ada-1)', '1.1 | Do it | Ada-1 |  |  | done'],
    ['Task 1.1: Do it (Ada-1) ❌ broken', '1.1 | Do it | Ada-1 |  |  | open'],
    ['Task 1.1: Print ✅ on success (Ada-1)', '1.1 | Print ✅ on success | Ada-1 |  |  | open'],
    ['Task 1.1: Print ✅ on success', '1.1 | Print ✅ on success |  |  |  | open'],
    ['Task 1.1: Print ✅ on success (Ada-1) ✅ 1h', '1.1 | Print ✅ on success | Ada-1 |  |  | done'],
    ['Task 1.1: Print ✅ on success ⚠️ 1h (warnings)', '1.1 | Print ✅ on success |  |  |  | done'],
    ['[ ] 1.1: Show ⚠️ when it fails (Ada-1, 1h)', '1.1 | Show ⚠️ when it fails | Ada-1 | 3600 |  | open'],
    ['Do it ✅ Done (7min)', ' | Do it |  |  |  | no task'],
    ['[x] 1.1: Do it (Ada-1) ❌ failed', '1.1 | Do it | Ada-1 |  |  | open'],
    ['[~] 1.1: Do it (Ada-1)', '1.1 | Do it | Ada-1 |  |  | open'],
    ['[-] 1.1: Do it (Ada-1)', '1.1 | Do it | Ada-1 |  |  | dropped'],
    ['[ ] ~~1.1: Do it~~ (Ada-1)', '1.1 | Do it | Ada-1 |  |  | dropped'],
    ['[x] ~~1.1: Do it~~ (Ada-1)', '1.1 | Do it | Ada-1 |  |  | done'],
    ['[ ] 1.1: ~~Draw~~ Do it (Ada-1)', '1.1 | Draw Do it | Ada-1 |  |  | open'],
    ['[ ] 1.1 Do it (Ada-1)', '1.1 | Do it | Ada-1 |  |  | open'],
    ['[] 1.1: Do it (Ada-1)', '1.1 | Do it | Ada-1 |  |  | open'],
    ['[ x ] 1.1: Do it (Ada-1)', '1.1 | Do it | Ada-1 |  |  | done'],
    ['[x ] 1.1: Do it (Ada-1)', '1.1 | Do it | Ada-1 |  |  | done'],
    ['[ ] [1.1] Do it (Ada-1)', '1.1 | Do it | Ada-1 |  |  | open'],
    ['[ ] **(1.1)** Do it (Ada-1)', '1.1 | Do it | Ada-1 |  |  | open'],
    ['[ ] #1.1: Do it (Ada-1)', '1.1 | Do it | Ada-1 |  |  | open'],
    ['[ ] (1.5 hours) of tests (Ada-1)', ' | (1.5 hours) of tests | Ada-1 |  |  | open'],
    ['Task 1.1: Do it ✓', '1.1 | Do it |  |  |  | done'],
    ['[ ] 1.1: Show ✓ on success (Ada-1)', '1.1 | Show ✓ on success | Ada-1 |  |  | open'],
    ['[ ] 1.1. Do it (Ada-1)', '1.1 | Do it | Ada-1 |  |  | open'],
    ['[ ] 2a.1: Do it (Ada-1)', '2a.1 | Do it | Ada-1 |  |  | open'],
    ['[ ] 1.5 hours of tests (Ada-1)', ' | 1.5 hours of tests | Ada-1 |  |  | open'],
    [
      '[ ] 1.1: Format src/**/*.ts and **/*.js (Ada-1)',
      '1.1 | Format src/**/*.ts and **/*.js | Ada-1 |  |  | open',
    ],
    ['[ ] 1.1: Sign in (JWT)', '1.1 | Sign in (JWT) |  |  |  | open'],
    ['[ ] 1.1: Read text (UTF-8)', '1.1 | Read text (UTF-8) |  |  |  | open'],
    ['[ ] 1.1: Do it (Architect)', '1.1 | Do it | Architect |  |  | open'],
    ['[ ] 1.1: Do it (Ada, 2h)', '1.1 | Do it | Ada | 7200 |  | open'],
    ['[ ] 1.1: Do it (Builder 1, 2h)', '1.1 | Do it | Builder 1 | 7200 |  | open'],
    ['[ ] 1.1: Do it (`Ada-1`, 2h)', '1.1 | Do it | Ada-1 | 7200 |  | open'],
    ['[ ] 1.1: Do it (**Ada-1**, *2h*)', '1.1 | Do it | Ada-1 | 7200 |  | open'],
    ['[ ] 1.1: Do it (Ada-1/Bob-2, 2h)', '1.1 | Do it | Ada-1+Bob-2 | 7200 |  | open'],
    ['[ ] 1.1: Do it (Assigned: Ada-1)', '1.1 | Do it | Ada-1 |  |  | open'],
    ['[ ] 1.1: Do it (Ada-1, 2h, depends: 1.2)', '1.1 | Do it | Ada-1 | 7200 | 1.2 | open'],
    ['[ ] 1.1: Do it (Ada-1, after Group 1)', '1.1 | Do it | Ada-1 |  | Group 1 | open'],
    ['[ ] 1.1: Do it (Ada-1) [depends on 1.2]', '1.1 | Do it | Ada-1 |  | 1.2 | open'],
    ['[ ] 1.1: Do it (Ada-1) (2h)', '1.1 | Do it | Ada-1 | 7200 |  | open'],
    ['[ ] 1.1: Do it (Ada-1, 2h) <!-- x -->', '1.1 | Do it | Ada-1 | 7200 |  | open'],
    ['[ ] 1.1: Do it (Ada-1, depends on 1.2). Needs care', '1.1 | Do it. Needs care | Ada-1 |  | 1.2 | open'],
    ['[ ] 1.1: Do it (Ada-1, 2h) - see #12', '1.1 | Do it - see #12 | Ada-1 | 7200 |  | open'],
    [
      '[ ] 1.1: Do it (Agent: Ada-1, Est: 2h, Dependencies: 1.2, 1.3, Priority: High)',
      '1.1 | Do it | Ada-1 | 7200 | 1.2+1.3 | open',
    ],
    ['[ ] 1.1: Do it (Ada-1, 2h, P1)', '1.1 | Do it | Ada-1 | 7200 |  | open'],
    ['[ ] 1.1: Do it (Ada-1, depends on 1.2, 1.3, 2h)', '1.1 | Do it | Ada-1 | 7200 | 1.2+1.3 | open'],
    ['[ ] 1.1: Do it (see the docs)', '1.1 | Do it (see the docs) |  |  |  | open'],
    ['[ ] 1.1: Call f(x) (Ada-1)', '1.1 | Call f(x) | Ada-1 |  |  | open'],
    ['[ ] 1.1: Do it (Agent: TBD, Est: 2-3 days)', '1.1 | Do it |  | 86400 |  | open'],
    ['[ ] Build: the thing', ' | Build: the thing |  |  |  | open'],
    ['a remark', ' | a remark |  |  |  | no task'],
    ['', ' |  |  |  |  | no task'],
  ];
  for (const [text, expected] of cases) it(text, () => assert.equal(line(text), expected));

  it('tells a time that is none, and a branch', () => {
    const { assignment } = readTaskLine('1.1: x (Ada-1, Est: soon, Branch: `agent/ada`)');
    assert.deepEqual(assignment, { agents: ['Ada-1'], dependsOn: [], unclear: 'soon', branch: 'agent/ada' });
  });

  it('keeps what it does not understand, and who only reviews', () => {
    const of = (text: string) => readTaskLine(`1.1: x (${text})`).assignment;
    assert.deepEqual(of('Ada-1, 2h, Priority: High').notes, ['Priority: High']);
    assert.deepEqual(of('Ada-1, high priority').notes, ['high priority']);
    assert.deepEqual(of('Ada-1, with care, 2h').notes, ['with care']);
    assert.deepEqual(of('Ada-1, Reviewer: Bob-2').reviewers, ['Bob-2']);
    assert.equal(of('Ada-1, verify only').verifies, true);
    assert.equal(of('Ada-1, Verify only: no').verifies, false);
  });
});

it('times', () => {
  const cases: readonly (readonly [string, number | null])[] = [
    ['6h', 21600],
    ['1h 32min', 5520],
    ['1.5 hours', 5400],
    ['~2 days', 57600],
    ['1 week', 144000],
    ['4-6h', 21600],
    ['90 min', 5400],
    ['6', null],
    ['soon', null],
    ['6 apples', null],
    ['', null],
  ];
  for (const [text, seconds] of cases) assert.equal(estimateSeconds(text), seconds, text);
});

it('what a group waits for', () => {
  const nothing = { groups: [], overlaps: [], apart: [], allPrevious: false, tasks: [], isUnclear: false };
  const cases: readonly (readonly [string, Partial<typeof nothing> | object])[] = [
    ['None', {}],
    ['-', {}],
    ['None (can start at once)', {}],
    ['Group 1 complete', { groups: ['1'] }],
    ['Group 1 complete, can overlap with Group 2', { groups: ['1'], overlaps: ['2'] }],
    ['Groups 1 and 2 complete', { groups: ['1', '2'] }],
    ['Group 1, Group 2', { groups: ['1', '2'] }],
    ['Parallel Group 12', { groups: ['12'] }],
    ['Group 1 complete; may run in parallel with Groups 2, 3', { groups: ['1'], overlaps: ['2', '3'] }],
    ['Groups 1-3 complete', { groups: ['1', '2', '3'] }],
    ['Groups 1 through 3, and Group 5', { groups: ['1', '2', '3', '5'] }],
    ['Group 2 to Group 4, Group 1 or 7', { groups: ['2', '3', '4', '1', '7'] }],
    ['Groups 3–1', { groups: ['3', '1'] }],
    ['Groups 1-999999', { groups: ['1', '999999'] }],
    ['Group 1 complete, parallel with Group 2', { groups: ['1'], overlaps: ['2'] }],
    ['can overlap with Group 2', { overlaps: ['2'], allPrevious: true }],
    ['None, can overlap with Group 2', { overlaps: ['2'] }],
    ['Group 1 and a review', { groups: ['1'] }],
    ['None - can start immediately', {}],
    ['No dependency.', {}],
    ['All previous groups complete', { allPrevious: true }],
    ['Task 1.2 complete', { tasks: ['1.2'] }],
    ['1.1, 1.3', { tasks: ['1.1', '1.3'] }],
    ['Workstream A', { groups: ['A'] }],
    ['when the schema is ready', { isUnclear: true }],
    ['Group 1 complete (must not run in parallel with Group 2)', { groups: ['1'], apart: ['2'] }],
    ['Cannot overlap with Group 2', { apart: ['2'], allPrevious: true }],
    ['Can overlap with Group 2, requires Group 1 complete', { groups: ['1'], overlaps: ['2'] }],
    ['Can overlap with Group 2 after Group 1', { groups: ['1'], overlaps: ['2'] }],
    ['Parallel with Group 2, Group 1 complete', { groups: ['1'], overlaps: ['2'] }],
    ['Group 1 complete; may start before Group 2 ends', { groups: ['1'], overlaps: ['2'] }],
    ['Groups 1/2 complete', { groups: ['1', '2'] }],
    ['Group 2a complete', { groups: ['2a'] }],
    ['All previous groups except Group 2', { overlaps: ['2'], allPrevious: true }],
    ['Does not depend on Group 3', { overlaps: ['3'], allPrevious: true }],
    ['All tasks in Group 1 complete', { groups: ['1'] }],
    ['Tasks 1.1-1.3', { tasks: ['1.1', '1.2', '1.3'] }],
    ['Group 1 complete, requires the schema', { groups: ['1'], isUnclear: true }],
    ['must finish before Group 3', { isUnclear: true }],
    ['Group 1 and Group 2 in parallel', { isUnclear: true }],
    ['Groups 1, 2 running concurrently.', { isUnclear: true }],
    ['Groups 1 and 2 (in parallel)', { groups: ['1', '2'] }],
    ['Can run with Groups 1 and 2 in parallel', { overlaps: ['1', '2'], allPrevious: true }],
    ['In parallel with Groups 1 and 2', { overlaps: ['1', '2'], allPrevious: true }],
    ['Group 1 in parallel', { overlaps: ['1'], allPrevious: true }],
  ];
  for (const [text, expected] of cases)
    assert.deepEqual(readGroupDependencies(text), { ...nothing, ...expected }, text);
});

it('names of agents and of tasks', () => {
  assert.deepEqual(agentNamesIn('`Ada-1`, @Bob & Eve and TBD'), ['Ada-1', 'Bob', 'Eve']);
  assert.deepEqual(taskNamesIn('T2,T3'), ['T2', 'T3']);
  assert.deepEqual(taskNamesIn('Task 1.1 complete and 1.2'), ['1.1', '1.2']);
  assert.deepEqual(taskNamesIn('1.1 (the model), T2'), ['1.1', 'T2']);
  assert.deepEqual(taskNamesIn('1.1-1.3, T4 to T5'), ['1.1', '1.2', '1.3', 'T4', 'T5']);
  for (const none of ['-', 'None', 'n/a', '', 'None (can start immediately)'])
    assert.deepEqual(taskNamesIn(none), [], none);
});

it('a task seems to verify only when who does it verifies, and its title tests and makes nothing', () => {
  const cases: readonly (readonly [string, string, string, boolean])[] = [
    ['Unit tests', 'Validator-1', 'Comprehensive Testing', true],
    ['Security audit', 'Ada', 'Final validation', true],
    ['Unit tests', 'Builder-1', 'Core', false],
    ['Write flow tests', 'Validator-1', 'Testing', false],
    ['Login page', 'Validator-1', 'Testing', false],
  ];
  for (const [title, agent, group, expected] of cases)
    assert.equal(seemsToVerify(title, agent, group), expected, title);
});
