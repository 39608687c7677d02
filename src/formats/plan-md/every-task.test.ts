/** No task and no dependency of a plan is lost without a finding that says so, in its place. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { planMdText } from '../../testing/plan-md-text.ts';
import { FindingList } from '../finding-list.ts';
import { LocatedText } from '../located-text.ts';
import { placeTasks } from './place-tasks.ts';
import { readParts } from './plan-parts.ts';
import { readPlanMd } from './read-plan-md.ts';

function read(text: string) {
  return readPlanMd({ files: new Map([['PLAN.md', text]]) });
}

/** `id after its dependencies`, and groups with what they come after. */
function shape(text: string): readonly string[] {
  const { plan } = read(text);
  return [
    ...(plan?.groups ?? []).map(({ number, after }) => `Group ${number} after ${after.toSorted().join()}`),
    ...(plan?.tasks ?? []).map(
      ({ id, dependsOn, done }) => `${id} after ${dependsOn.join()}${done ? ' done' : ''}`,
    ),
  ];
}

function rules(text: string): readonly string[] {
  const quiet = ['agent-unknown', 'criteria-missing', 'agent-missing'];
  return read(text)
    .findings.filter(({ rule }) => !quiet.includes(rule))
    .map(({ rule, line, severity }) => `${line} ${severity} ${rule}`);
}

const ONE = '## Parallel Group 1: A\n- [ ] 1.1: a (Ada-1)\n';
const TABLE = '| Task ID | What | Agent | Parallel Group | Dependencies |\n|--|--|--|--|--|\n';

describe('a task is read wherever it stands in a group', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['below a heading', '#### Integration\n- [ ] 1.2: b (Ada-1)\n', ['1.2 after ']],
    ['below a label', '**Report generation**:\n- [ ] 1.2: b (Ada-1)\n', ['1.2 after ']],
    [
      'behind a list of who does what',
      '### Agent Assignments\n- Ada-1: all\n\n### Tasks\n- [ ] 1.2: b\n',
      ['1.2 after '],
    ],
    ['in a table', '\n| Task ID | What | Agent |\n|--|--|--|\n| 1.2 | B | Ada-1 |\n', ['1.2 after ']],
    [
      'as headings',
      '### Task 1.2: b (Ada-1, 6h)\n- [ ] sign\n- Depends on: 1.1\n\n### Task 1.3: c\n- [ ] verify\n',
      ['1.2 after 1.1', '1.3 after '],
    ],
    ['behind dependencies', '- 1.2: b (Ada-1, depends on 1.1)\n', ['1.2 after 1.1']],
  ];
  for (const [name, rest, expected] of cases)
    it(name, () => {
      const text = ONE + rest;
      assert.deepEqual(rules(text), []);
      assert.deepEqual(shape(text).slice(2), expected);
    });

  it('boxes below a task that is a heading are its criteria', () => {
    const task = read(`${ONE}### Task 1.2: b (Ada-1)\n- [ ] sign\n- [ ] verify\n`).plan?.tasks[1];
    assert.deepEqual(task?.criteria, ['sign', 'verify']);
  });
});

describe('what looks like a task and is in none is told', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['below another heading', '## Then\n- [ ] 2.1: b (Ada-1)\n', ['4 error task-outside']],
    ['without a box', '## Then\n- 2.1: b (Ada-1)\n', ['4 error task-outside']],
    ['without an id', '## Then\n- [ ] b (Ada-1)\n', ['4 warning task-outside']],
    ['with nothing but a box', '## Then\n- [ ] b\n', ['4 warning task-outside']],
    ['as a heading', '## Then\n### Task 2.1: b (Ada-1)\n', ['4 error task-outside']],
    [
      'as a paragraph',
      '**Task 1.2**: b (Ada-1)\n\n**Task 1.3**: c (Ada-1)\n',
      ['3 error task-outside', '5 error task-outside'],
    ],
    ['among criteria', '\n**Success criteria**:\n- [ ] 1.2: b (Ada-1)\n', ['5 error task-outside']],
    ['below a task', '  - [ ] 1.2: b (Ada-1)\n', ['3 error task-outside']],
    ['in the words of another', '      - [ ] 1.2: b (Ada-1)\n', ['3 error task-outside']],
    ['as code', '\n## Then\n\n    - [ ] 1.2: b (Ada-1)\n', ['6 error task-outside']],
    ['as a row of any table', '\n| No | What |\n|--|--|\n| 1.2 | b |\n', ['6 warning task-outside']],
    [
      'as a row behind an empty line',
      `\n## Task Assignment Matrix\n\n${TABLE}| T1 | a | Ada-1 | 1 | - |\n\n| T2 | b | Ada-1 | 1 | - |\n`,
      ['10 error task-outside'],
    ],
  ];
  for (const [name, rest, expected] of cases)
    it(name, () => assert.deepEqual(rules(ONE + rest), expected, JSON.stringify(read(ONE + rest).findings)));

  it('but no mention of one, no part of one and no criteria', () => {
    const text = `${ONE}  - [ ] 1.1.1: a part\n\n## Success Criteria\n- [ ] all is well\n\n## Timeline\n- 1.1: Monday\n\n| Task | Day |\n|--|--|\n| 1.1 | Monday |\n`;
    assert.deepEqual(rules(text), []);
  });
});

it('in a second group with one number is looked at as in the first, and is there for others', () => {
  const text = `${ONE}## Parallel Group 2: B
- [ ] b (Ada-1)
## Parallel Group 2: C
**Dependencies**: Group 9 complete
- [ ] c (Ada-1)
- [ ] 1.1: again (Ada-1)
- [ ] 2.7: d (Ada-1, depends on 9.9)
## Parallel Group 3: D
- [ ] 3.1: e (Ada-1, depends on 2.7)
`;
  assert.deepEqual(rules(text), [
    '5 error duplicate-group',
    '6 error unknown-group',
    '8 error duplicate-task-id',
    '9 error unknown-dependency',
  ]);
});

describe('dependencies', () => {
  const two = `${ONE}## Parallel Group 2: B\n**Dependencies**: None\n- [ ] 2.1: b (Ada-1)\n`;
  const three = (written: string): readonly string[] =>
    shape(`${two}## Parallel Group 3: C\n${written}\n- [ ] 3.1: c (Ada-1)\n`).filter((line) =>
      line.startsWith('Group 3'),
    );
  it('of groups, in whatever way they are written', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['**Dependencies**:\n- Group 1 complete\n', '1'],
      ['**Duration**: 3 days | **Dependencies**: Group 1 complete\n', '1'],
      ['- Dependencies: Group 1 complete (Auth)\n- Duration: 3 days (estimated)', '1'],
      ['**Dependencies (blocking)**: Group 1 complete\n', '1'],
      ['**Prerequisites**: Group 1\n', '1'],
      ['**Requires**: Node 22\n', '2'],
      ['**Blocked by**: Group 1\n', '1'],
      ['**Dependencies**: Group 1 complete (must not run in parallel with Group 2)\n', '1,2'],
      ['**Dependencies**: Cannot overlap with Group 2\n', '1,2'],
    ];
    for (const [written, after] of cases)
      assert.deepEqual(three(written), [`Group 3 after ${after}`], written);
  });

  it('of groups that are not in order', () => {
    const late =
      '## Parallel Group 3: C\n**Dependencies**: All previous groups complete\n- [ ] 3.1: c (Ada-1)\n';
    assert.deepEqual(shape(late + ONE).slice(0, 2), ['Group 3 after 1', 'Group 1 after ']);
  });

  it('of groups with letters in a table', () => {
    const text = `## Task Assignment Matrix\n\n${TABLE}| T1 | a | Ada-1 | A | - |\n| T2 | b | Ada-1 | Group B | - |\n`;
    assert.deepEqual(shape(text), ['Group 1 after ', 'Group 2 after 1', 'T1 after ', 'T2 after ']);
  });

  it('of tasks', () => {
    const text = `${ONE}- [ ] 1.2: b (Ada-1)\n  - Depends on: 1.1 (the model)\n- [ ] 1.3: c (Ada-1)\n  - Depends on: None (can start immediately)\n## Parallel Group 2: B\n**Dependencies**: None\n- [ ] 2.1: d (Ada-1, after Group 1)\n`;
    assert.deepEqual(rules(text), []);
    assert.deepEqual(shape(text).slice(2), [
      '1.1 after ',
      '1.2 after 1.1',
      '1.3 after ',
      '2.1 after 1.1,1.2,1.3',
    ]);
  });

  it('in whatever way they are written below a task, or behind its words', () => {
    for (const written of [
      ')\n  - Depends on 1.1',
      ')\n  - **Depends on** 1.1',
      ')\n  - *Depends on*: 1.1',
      ')\n  - _Depends on:_ `1.1`',
      ')\n  - 🔗 Depends on → 1.1',
      ')\n  - [ ] Depends on: 1.1.',
      ')\n  - Requires Task 1.1 complete.',
      ')\n  - Blocked by 1.1',
      ')\n  - Depends on: 1.1\n    Estimate: 2h',
      ')\n  - Estimate: 2h | Depends on: 1.1',
      ')\n  - Agent: Ada-1, Depends on: 1.1',
      ')\n  Depends on: 1.1\n  Estimate: 2h',
      ')\n  **Starts after**: 1.1',
      ')\n\n  Some words.\n  Depends on: 1.1',
      ', starts after 1.1)',
      ', once 1.1 is done)',
      ') - depends on 1.1',
      ', 2h) — Depends on: 1.1',
      ') *(depends on 1.1)*',
    ]) {
      const text = `${ONE}- [ ] 1.2: b (Ada-1${written}\n`;
      assert.deepEqual(rules(text), [], text);
      assert.equal(shape(text)[2], '1.2 after 1.1', text);
      assert.equal(read(text).plan?.tasks[1]?.title, 'b', text);
    }
    for (const written of ['b, depends on 1.1', 'b — after 1.1', 'b (requires 1.1)'])
      assert.equal(shape(`${ONE}- [ ] 1.2: ${written} (Ada-1)\n`)[2], '1.2 after 1.1', written);
    const list = `${ONE}- [ ] 1.2: b (Ada-1)\n- [ ] 1.3: c (Ada-1)\n  - Depends on: 1.1,\n    1.2\n`;
    assert.equal(shape(list)[3], '1.3 after 1.1,1.2');
  });

  it('are no words about other things', () => {
    for (const written of [
      ')\n  - Requires 2 approvals',
      ')\n  - After 3 seconds it closes',
      ')\n  - Depends on v1.1 of the API',
      ')\n  - Needs Node 22',
      ') - requires v1.1',
      ') - after lunch',
    ]) {
      const text = `${ONE}- [ ] 1.2: b (Ada-1${written}\n`;
      assert.deepEqual([rules(text), shape(text)[2]], [[], '1.2 after '], text);
    }
  });

  it('that are said where none is read are told, unless they are kept anyway', () => {
    for (const written of [
      ')\n  - Details\n    - Depends on: 1.1',
      ')\n\n  | Depends on |\n  |--|\n  | 1.1 |',
      ')\n  - It may begin once task 1.1 is done, and no sooner',
      ')\n  - Blocks: 1.1',
    ])
      assert.deepEqual(
        rules(`${ONE}- [ ] 1.2: b (Ada-1${written}\n`),
        ['3 warning dependency-unread'],
        written,
      );
    const later = `${ONE}\n## Parallel Group 2: B\n- [ ] 2.1: b (Ada-1)\n  - It needs 1.1, too\n`;
    assert.deepEqual(rules(later), []);
    const chain = `${ONE}- [ ] 1.2: b (Ada-1, after 1.1)\n- [ ] 1.3: c (Ada-1, after 1.2)\n  - It needs 1.1, too\n`;
    assert.deepEqual(rules(chain), []);
  });

  it('in several tables', () => {
    const rest = `## Task Assignment Matrix\n\n${TABLE}| T1 | a | Architect | 1 | - |\n| T2 | b | Builder | 2 | T1 |\n\n## Agent Assignments\n\n| Task ID | Agent Instance | Dependencies |\n|--|--|--|\n| T1 | Architect-1 | - |\n| T2 | Builder-1 | - |\n`;
    assert.deepEqual(rules(rest), []);
    assert.deepEqual(shape(rest).slice(2), ['T1 after ', 'T2 after T1']);
    assert.equal(read(rest).plan?.tasks[1]?.agent, 'Builder-1');
  });

  it('on what is left out', () => {
    const crossed = `${ONE}- [-] 1.2: b (Ada-1)\n- [ ] 1.3: c (Ada-1, depends on 1.2)\n`;
    assert.deepEqual(rules(crossed), ['3 warning task-crossed-out', '4 error unknown-dependency']);
    const misplaced = `${ONE}\n## Task Assignment Matrix\n\n${TABLE}| T2 | b | Ada-1 | - | - |\n| T3 | c | Ada-1 | 1 | T2 |\n`;
    assert.deepEqual(rules(misplaced), ['8 error task-without-group']);
  });
});

it('a task that seems to verify only may change files, and one that says it may not', () => {
  const text =
    '## Parallel Group 1: Testing\n- [ ] 1.1: Validation rules for forms (Builder-1)\n- [ ] 1.2: Unit tests (Validator-1, verify only)\n- [ ] 1.3: Unit tests (Validator-1)\n  - Verify only: no\n';
  const tasks = read(text).plan?.tasks.map(({ verifyOnly, mayChangeNothing }) => [
    verifyOnly,
    mayChangeNothing,
  ]);
  assert.deepEqual(tasks, [
    [false, true],
    [true, undefined],
    [false, undefined],
  ]);
  assert.deepEqual(rules(text), ['2 warning verifying-guessed']);
});

it('what contradicts itself is told', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [
      '## Parallel Group 1: A ✅ COMPLETED\n- Task 1.1: a (Ada-1) ❌ failed\n',
      ['2 warning contradictory-marks'],
    ],
    ['## Parallel Group 1: A\n- [x] 1.1: a (Ada-1) ❌ failed\n', ['2 warning contradictory-marks']],
    ['## Parallel Group 1: A\n- Task 1.1: a (Ada-1) ✅ 1h ❌ no\n', ['2 warning contradictory-marks']],
    [
      `${ONE}\n## Agent Assignments\n\n| Task ID | Status |\n|--|--|\n| 1.1 | Done |\n`,
      ['8 warning contradictory-status'],
    ],
    [
      '## Parallel Group 1: A\n- [x] 1.1: a (Ada-1) ⏭️ Moved to Group B\n\n## Parallel Group B: B\n- [ ] 2.1: b (Ada-1)\n\n## Task Assignment Matrix\n\n| Task ID | Parallel Group | Status |\n|--|--|--|\n| 1.1 | B | Pending |\n',
      [],
    ],
  ];
  for (const [text, expected] of cases) assert.deepEqual(rules(text), expected, text);
});

const PLACES = ['', '  ', '      ', '\n', '    '] as const;
const LABELS = [
  '## Parallel Group 1: A\n',
  '### Parallel Group 2: B\n',
  '## Sequential Tasks\n',
  '#### Integration\n',
  '#### Agent Assignments\n',
  '**Report**:\n',
  '**Success Criteria**:\n',
  '**Dependencies**:\n',
  '#### Task 9.9: A heading (Ada-1)\n',
  '| Task ID | What |\n|--|--|\n',
  'Some words\n',
  '\n',
  '---\n',
] as const;
const BOXES = ['[ ]', '[x]', '[~]', '[-]', '[/]'] as const;
const TAILS = [
  '(Ada-1)',
  '',
  '(Ada-1, Priority: High)',
  '✅ 1h',
  '(JWT)',
  '✅ in words (Ada-1)',
  'x** y',
] as const;

it('every item with an id and a box is a task, or has a finding', () => {
  let tasks = 0;
  let told = 0;
  const item = fc.record({
    label: fc.option(fc.constantFrom(...LABELS)),
    noise: fc.option(planMdText, { freq: 20 }),
    place: fc.constantFrom(...PLACES),
    box: fc.constantFrom(...BOXES),
    tail: fc.constantFrom(...TAILS),
  });
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 8 }), (items) => {
      let text = '## Parallel Group 1: A\n';
      const ids: (readonly [id: string, line: number])[] = [];
      for (const [index, { label, noise, place, box, tail }] of items.entries()) {
        const id = `7${index}.1`;
        // What is open at a piece's end would hide what follows it: code, a comment.
        text += `${label ?? ''}${noise === null ? '' : `${noise.replace(/[`~<\r\0]/g, '')}\n\n`}${place}- ${box} ${id}: do ${index} ${tail}\n`;
        ids.push([id, text.split('\n').length - 1]);
      }
      const { findings } = read(text);
      const none = new FindingList();
      const placed = placeTasks(readParts(new LocatedText('PLAN.md', text), none), none).tasks;
      for (const [id, line] of ids) {
        const isTask = placed.some((task) => task.id === id);
        const isTold = findings.some((finding) => finding.line === line || finding.tasks.includes(id));
        assert.ok(isTask || isTold, `${id}\n${text}`);
        tasks += isTask ? 1 : 0;
        told += isTold ? 1 : 0;
      }
    }),
    { numRuns: 1500 },
  );
  assert.ok(tasks > 100 && told > 100, `${tasks} tasks, ${told} told`);
});
