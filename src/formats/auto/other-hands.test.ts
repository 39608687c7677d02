/** Decomposer plans as different people write them: what they mean is read, or told with its place. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { promptText } from '../../core/prompt-text.ts';
import { readAuto } from './read-auto.ts';

function read(text: string) {
  return readAuto({ files: new Map([['plan.md', text]]) });
}

function prompt(text: string, index: number): string {
  const { plan } = read(text);
  return promptText(plan?.tasks[index]?.prompt ?? '', plan?.context ?? []);
}

function rules(text: string): readonly string[] {
  return read(text).findings.map(({ rule, line, severity }) => `${line} ${severity} ${rule}`);
}

function task(number: number, depends = 'none', files = `${number}.ts`): string {
  return `### Task ${number}: t\n- Depends on: ${depends}\n- Files: ${files}\n- Done when: x\n\n`;
}

describe('dependencies', () => {
  for (const none of [
    'None - can start now',
    'No dependencies',
    'Independent',
    '(none)',
    'None, but ask Eve',
  ])
    it(`are none: ${none}`, () => {
      const text = task(1, none);
      assert.deepEqual(rules(text), []);
      assert.deepEqual(read(text).plan?.tasks[0]?.dependsOn, []);
    });

  it('of a sentence that names a task are not guessed', () => {
    assert.deepEqual(rules(`${task(1)}${task(2, 'none, but Task 1 helps')}`), ['7 error reference-unclear']);
  });

  for (const some of [
    'Nothing except the login',
    'Start immediately after the login',
    'Immediately after kickoff',
    'None until the design is approved',
    'Independent, except for the login',
    'Nothing but the login',
    '— see the login',
  ])
    it(`are not none: ${some}`, () => {
      assert.deepEqual(rules(task(1, some)), ['2 error reference-unclear']);
    });

  it('that stand beside the tasks are told, unless they are kept anyway', () => {
    const order = '## Order\nTask 1 → Task 2 → Task 3\n';
    assert.deepEqual(rules(`${task(1)}${task(2)}${task(3)}${order}`), [
      '1 warning dependency-unread',
      '1 warning dependency-unread',
    ]);
    assert.deepEqual(rules(`${task(1)}${task(2, '1')}${task(3, '2')}${order}`), []);
    assert.deepEqual(rules(`${task(1)}${task(2)}Conflicts with: Task 1\n`), ['6 warning dependency-unread']);
  });
});

it('an agent is told what its fields say beside what is read of them', () => {
  const text = task(1) + task(2, 'Task 1 - but only its types', 'b.ts - the new client, `c.ts` lines 1-9');
  assert.match(prompt(text, 1), /Depends on: Task 1 - but only its types/);
  assert.match(prompt(text, 1), /Files: b\.ts - the new client, `c\.ts` lines 1-9/);
  assert.match(prompt(task(1, 'None, but ask Eve'), 0), /Depends on: None, but ask Eve/);
});

describe('headings above tasks', () => {
  const plan = (heading: string, last = task(2)): string => `# P\n## Tasks\n${task(1)}## ${heading}\n${last}`;

  it('are told to the agents of what stands below them', () => {
    const text = plan('Server (Python 3.12)');
    assert.match(prompt(text, 1), /In the plan it stands below: Server \(Python 3\.12\)/);
    assert.doesNotMatch(prompt(text, 0), /stands below/);
  });

  it('that say a state are told, where something below them is run', () => {
    for (const heading of ['Completed', 'Deferred (do not implement)', '⏸️ Later', 'Out of scope'])
      assert.deepEqual(rules(plan(heading)), ['8 warning state-unread'], heading);
    assert.deepEqual(rules(plan('Completed', task(2).replace('2: t', '2: [x] t'))), []);
    for (const heading of ['Phase 2', '✅ Tasks', 'Completing the form', 'Blockchain'])
      assert.deepEqual(rules(plan(heading)), [], heading);
  });

  it('that say an order are told, unless their tasks wait', () => {
    assert.deepEqual(rules(plan('Group B (after Group A)')), ['8 warning order-unread']);
    assert.deepEqual(rules(plan('Phase 2 — starts when Phase 1 is done')), ['8 warning order-unread']);
    assert.deepEqual(rules(plan('Group B (after Group A)', task(2, '1'))), []);
    assert.deepEqual(rules(plan('Sequential', task(2) + task(3))), ['8 warning order-unread']);
    assert.deepEqual(rules(plan('Sequential', task(2) + task(3, '2'))), []);
  });
});

it('an order of parts that stands beside the tasks is told, unless all but one wait', () => {
  for (const words of [
    'All tasks here depend on Phase 1.',
    'Starts after **Group A**',
    'Wave 2: needs Wave 1',
  ]) {
    const plan = (second?: string): string =>
      `# P\n## Phase 1\n${task(1)}## Phase 2\n> ${words}\n\n${task(2, second)}`;
    assert.deepEqual(rules(plan()), ['1 warning order-unread'], words);
    assert.deepEqual(rules(plan('1')), [], words);
  }
  assert.deepEqual(rules(`# P\nWe are in phase 2 of it.\n${task(1)}${task(2)}`), []);
});

it('a task that says that it comes last, and waits for none, is told', () => {
  for (const words of ['Must run last', 'After all others', 'Needs: everything else']) {
    assert.deepEqual(rules(`${task(1)}${task(2)}${words}\n`), ['6 warning order-unread'], words);
    assert.deepEqual(rules(`${task(1)}${task(2, '1')}${words}\n`), [], words);
  }
});

it('a size in brackets is no state, and a sign behind a dependency none of its own', () => {
  assert.deepEqual(rules(task(1).replace('t\n', 't [M]\n') + task(2, 'Task 1 ✅')), []);
  assert.deepEqual(rules(task(1).replace('t\n', 't [x]\n')), ['1 warning state-unread']);
});

it('a task within a task, without fields of its own, is told', () => {
  const text =
    '- Task 1: a\n  - Depends on: none\n  - Files: a.ts\n  - Done when: x\n  - Task 1.1: b\n- Task 2: c\n  - Depends on: none\n  - Files: c.ts\n  - Done when: x\n';
  assert.ok(rules(text).includes('5 warning task-within-task'));
  assert.ok(!rules(text.replace('  - Task 1.1', '- Task 1.1')).includes('5 warning task-within-task'));
});

it('usual words of tasks are told as no state and no order', () => {
  for (const name of ['🔒 Hash passwords', 'Raise coverage to 100%', 'Mark the order as DONE'])
    assert.deepEqual(rules(task(1).replace('1: t', `1: ${name}`)), [], name);
  for (const words of ['It needs all previous migrations', 'It requires all other services to be up'])
    assert.deepEqual(rules(`${task(1)}${task(2)}${words}\n`), [], words);
  assert.deepEqual(rules(`${task(1)}Conflicts with: Task 2\n\n${task(2, '1')}`), []);
});

it('a task that is to run alone is told where others run beside it', () => {
  const alone = '- **Parallel:** no\n\n';
  assert.deepEqual(rules(`${task(1).trimEnd()}\n${alone}${task(2)}`), ['1 warning order-unread']);
  assert.deepEqual(rules(`${task(1).trimEnd()}\n${alone}${task(2, '1')}`), []);
  assert.deepEqual(rules(`${task(1).trimEnd()}\n- Parallel: yes\n\n${task(2)}`), []);
});

it('words that are none, last or held are so with more words, too', () => {
  for (const none of [
    'None - other tasks depend on this',
    'Immediate (no dependencies)',
    'No dependencies (start when ready)',
    'None, but needs a running database',
    'None; requires Docker',
    'None. Start right after the kickoff',
    'None, needs no other tasks',
  ])
    assert.deepEqual(rules(task(1, none)), [], none);
  for (const last of [
    'Depends on all other phases',
    'Must be done last to include all changes',
    'Must run alone to avoid conflicts',
  ])
    assert.deepEqual(
      rules(`${task(1).trimEnd()}\n\n${last}.\n\n${task(2)}`),
      ['1 warning order-unread'],
      last,
    );
  for (const name of ['Login → DONE', 'Pay: Stripe, blocked by legal', '🔒 Locked until May'])
    assert.deepEqual(rules(task(1).replace('1: t', `1: ${name}`)), ['1 warning state-unread'], name);
});
