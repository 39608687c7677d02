import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { planMdText } from '../../testing/plan-md-text.ts';
import { type DoneFacts, markDone } from './mark-done.ts';
import { readPlanMd } from './read-plan-md.ts';

function planOf(text: string) {
  return readPlanMd({ files: new Map([['PLAN.md', text]]) }).plan;
}

function factsOf(done: Readonly<Record<string, string>>, groups: DoneFacts['groups'] = []): DoneFacts {
  const tasks = Object.entries(done).map(([id, title]) => ({
    id,
    title,
    duration: '1h 32min',
    warnings: false,
  }));
  return { tasks, groups };
}

describe('marking what is done', () => {
  it('ticks a box with nothing in it, or with too much', () => {
    const text = '## Parallel Group 1: A\n- [] 1.1: a (Ada-1)\n- [  ] 1.2: b\n- [x ] 1.3: c\n';
    const { text: marked, left } = markDone(text, factsOf({ '1.1': 'a', '1.2': 'b' }));
    assert.equal(
      marked,
      '## Parallel Group 1: A\n- [x] 1.1: a (Ada-1) ✅ 1h 32min\n- [x] 1.2: b ✅ 1h 32min\n- [x ] 1.3: c\n',
    );
    assert.deepEqual(left, []);
  });

  it('writes behind the words of a task, before the lines below them', () => {
    const text =
      '## Parallel Group 1: A\n- [ ] 1.1: the\n  model (Ada-1)\n  Est: 2h\n  Needs: Node 22\n- [ ] 1.2: b\n';
    const { text: marked } = markDone(text, factsOf({ '1.1': 'the model' }));
    assert.equal(marked, text.replace('[ ]', '[x]').replace('model (Ada-1)', 'model (Ada-1) ✅ 1h 32min'));
  });

  it('ticks boxes, says times, and completes the heading and the duration of a group', () => {
    const text = `### Parallel Group 2: Core\r
**Duration**: 3 days\r
**Dependencies**: None\r
\r
- [ ] 2.1: Token service (Builder-1, 6h)\r
  - sign\r
* [ ] **2.2**: Model (Builder-1, 4h)   \r
- [x] 2.3: Old (Builder-1) ✅ 5min\r
`;
    const facts: DoneFacts = {
      tasks: [
        { id: '2.1', title: 'Token service', duration: '1h 32min', warnings: false },
        { id: '2.2', title: 'Model', duration: '41min', warnings: true },
        { id: '2.3', title: 'Old', duration: '9h', warnings: false },
      ],
      groups: [{ number: 2, actual: '1h 44min', report: 'PLAN-run/reports/exec_1.md' }],
    };
    const { text: marked, unmarked } = markDone(text, facts);
    assert.deepEqual(unmarked, []);
    assert.equal(
      marked,
      `### Parallel Group 2: Core ✅ COMPLETED\r
**Duration**: 3 days → **Actual**: 1h 44min\r
**Dependencies**: None\r
\r
- [x] 2.1: Token service (Builder-1, 6h) ✅ 1h 32min\r
  - sign\r
* [x] **2.2**: Model (Builder-1, 4h) ⚠️ 41min (warnings)   \r
- [x] 2.3: Old (Builder-1) ✅ 5min\r
\r
**Execution Report**: PLAN-run/reports/exec_1.md\r
`,
    );
    assert.ok(planOf(marked)?.tasks.every(({ done }) => done));
    assert.equal(markDone(marked, facts).text, marked);
  });

  it('marks bullets, moved tasks, rows of a table and workstreams', () => {
    const cases: readonly (readonly [string, string, string, string])[] = [
      [
        '1.1',
        'A',
        '## Parallel Group 1: G\n- Task 1.1: A (B-1)',
        '## Parallel Group 1: G\n- Task 1.1: A (B-1) ✅ 1h 32min',
      ],
      [
        '1.1',
        'A',
        '## Parallel Group 1: G\n- [x] 1.1: A ⏭️ Moved to Group 2\n\n## Parallel Group 2: H\n- [ ] 2.1: B\n',
        '## Parallel Group 1: G\n- [x] 1.1: A ⏭️ Moved to Group 2 ✅ 1h 32min\n\n## Parallel Group 2: H\n- [ ] 2.1: B\n',
      ],
      [
        'T1',
        'A',
        '## Agent Assignments\n\n|Task ID|Status|Dependencies|\n|--|--|--|\n|T1|in progress|-|\n|T2||T1|\n',
        '## Agent Assignments\n\n|Task ID|Status|Dependencies|\n|--|--|--|\n|T1|✅ Done (1h 32min)|-|\n|T2||T1|\n',
      ],
      [
        'T2',
        'B',
        '## Agent Assignments\n\n| Task ID | Status |\n|--|--|\n| T1 | done |\n| T2 |  |\n',
        '## Agent Assignments\n\n| Task ID | Status |\n|--|--|\n| T1 | done |\n| T2 | ✅ Done (1h 32min)  |\n',
      ],
      [
        'T1',
        'A',
        '## Task Assignment Matrix\n\n| Task ID | What |\n|--|--|\n| T1 | A \\| b |\n',
        '## Task Assignment Matrix\n\n| Task ID | What |\n|--|--|\n| T1 | A \\| b ✅ 1h 32min |\n',
      ],
      [
        'workstream-1',
        'A',
        '### Workstream 1: A\n**Agent:** b-1\n',
        '### Workstream 1: A ✅ 1h 32min\n**Agent:** b-1\n',
      ],
      [
        '1.1',
        'A',
        '\ufeff## Parallel Group 1: G\n- [ ] 1.1: A',
        '\ufeff## Parallel Group 1: G\n- [x] 1.1: A ✅ 1h 32min',
      ],
    ];
    for (const [id, title, text, expected] of cases) {
      const { text: marked } = markDone(text, factsOf({ [id]: title }));
      assert.equal(marked, expected);
      assert.equal(planOf(marked)?.tasks.find((task) => task.id === id)?.done, true, marked);
    }
  });

  it('names the report behind the tasks, once, as a paragraph of its own', () => {
    const done: DoneFacts = { tasks: [], groups: [{ number: 1, report: 'r.md' }] };
    const marked = (rest: string): string =>
      markDone(`## Parallel Group 1: G\n- [x] 1.1: A\n  - detail${rest}`, done).text.replace(
        /^.*?(?=\n {2}- detail)/s,
        '',
      );
    assert.equal(marked(''), '\n  - detail\n\n**Execution Report**: r.md');
    assert.equal(marked('\n'), '\n  - detail\n\n**Execution Report**: r.md\n');
    assert.equal(marked('\n---\n'), '\n  - detail\n\n**Execution Report**: r.md\n\n---\n');
    assert.equal(marked('\n\nText\n'), '\n  - detail\n\n**Execution Report**: r.md\n\nText\n');
    const named = '\n\n**Execution Report**: old.md\n';
    assert.equal(marked(named), `\n  - detail${named}`);
    const before =
      '## Parallel Group 1: G ✅ COMPLETED\n**Duration**: 1h → **Actual**: 5min\n\n- [x] 1.1: A\n';
    const later = markDone(before, {
      tasks: [],
      groups: [{ number: 1, actual: '9min', report: 'r.md' }],
    }).text;
    assert.equal(later, `${before}\n**Execution Report**: r.md\n`);
  });

  it('leaves alone what the user has changed meanwhile', () => {
    const bullets = '## Parallel Group 1: G\n- New one (B-1)\n- Old one (B-1)\n';
    const left = { text: bullets, unmarked: ['pg1-task-1'], left: [] };
    assert.deepEqual(markDone(bullets, factsOf({ 'pg1-task-1': 'Old one' })), left);
    const gone = '# Notes\n';
    assert.deepEqual(markDone(gone, factsOf({ '1.1': 'A' })), { text: gone, unmarked: ['1.1'], left: [] });
    const twice = '## Parallel Group 1: G\n- [ ] 1.1: A\n- [ ] 1.1: B\n';
    assert.deepEqual(markDone(twice, factsOf({ '1.1': 'A' })), {
      text: twice,
      unmarked: ['1.1'],
      left: ['1.1', '1.1'],
    });
    const more = '## Parallel Group 1: G\n- [x] 1.1: A\n- 1.2: New\n';
    assert.equal(markDone(more, factsOf({}, [{ number: 1, actual: '1h' }])).text, more);
  });
});

it('in any plan, what is marked is read as done, and every other byte stays', () => {
  let marks = 0;
  let left = 0;
  fc.assert(
    fc.property(planMdText, fc.infiniteStream(fc.boolean()), fc.boolean(), (text, chosen, warnings) => {
      const plan = planOf(text);
      const open = plan?.tasks.filter(({ done }) => done !== true) ?? [];
      const tasks = open
        .filter(() => chosen.next().value)
        .map(({ id, title }) => ({ id, title, duration: '7min', warnings }));
      const ids = new Set(tasks.map(({ id }) => id));
      const behind = new Set(open.filter(({ id }) => !ids.has(id)).map(({ group }) => group));
      const groups = (plan?.groups ?? [])
        .filter(({ number }) => !behind.has(number))
        .map(({ number }) => ({ number, actual: '9min', report: 'r/x.md' }));
      const { text: marked, unmarked } = markDone(text, { tasks, groups });
      checkBytes(text, marked);
      if (plan === undefined) return;
      const after = planOf(marked);
      assert.ok(after !== undefined);
      assert.deepEqual(
        after.tasks.map(({ id, title, group, agent, dependsOn }) => [id, title, group, agent, dependsOn]),
        plan.tasks.map(({ id, title, group, agent, dependsOn }) => [id, title, group, agent, dependsOn]),
      );
      for (const [index, { id, done }] of after.tasks.entries())
        assert.equal(
          done === true,
          (ids.has(id) && !unmarked.includes(id)) || plan.tasks[index]?.done === true,
          id,
        );
      marks += tasks.length;
      left += unmarked.length;
    }),
    // About one in thirty has no place; they come in clusters, of few marks by chance more.
    { numRuns: 16_000 },
  );
  assert.ok(marks > 1000 && left < marks / 10, `${marks} marks, ${left} without a place`);
});

function checkBytes(before: string, after: string): void {
  const eol = before.includes('\r\n') ? '\r\n' : '\n';
  const report = `${eol}${eol}**Execution Report**: r/x.md`;
  const [first = '', ...others] = after.split(report);
  // Behind a report there is one more line end where text follows at once.
  const texts = others.reduce<readonly string[]>(
    (all, part) =>
      [part, ...(part.startsWith(eol) ? [part.slice(eol.length)] : [])].flatMap((each) =>
        all.map((text) => text + each),
      ),
    [first],
  );
  assert.ok(
    texts.some((text) => hasMarksAlone(before, text)),
    `${JSON.stringify(before)}\n${JSON.stringify(after)}`,
  );
}

/** Line by line with their ends, and with empty ones. */
function hasMarksAlone(before: string, after: string): boolean {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return (
    old.length === now.length &&
    now.every((line, index) => {
      const was = old[index] ?? '';
      if (bare(line) === bare(was)) return true;
      const cell = /^(.*)✅ Done(?: \(7min(?:, warnings)?\))? ?(.*)$/s.exec(line);
      return cell !== null && was.startsWith(cell[1] ?? '') && was.endsWith(cell[2] ?? '');
    })
  );
}

/** Without everything that a mark may be. */
function bare(text: string): string {
  return text
    .replace(/\[[xX /]\]/g, '[]')
    .replace(/ (?:✅|⚠️) 7min(?: \(warnings\))?/g, '')
    .replace(/ ✅ COMPLETED| → \*\*Actual\*\*: 9min/g, '');
}
