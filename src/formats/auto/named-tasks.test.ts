/** Tasks of a decomposer's plan that others name in places made for it: read, or told. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAuto } from './read-auto.ts';

/** Of the last of three tasks: what it waits for, and what is told. */
function read(fields: string, name = 'UI'): readonly [string | undefined, readonly string[]] {
  const task = (number: number, title: string, more: string): string =>
    `### Task ${number}: ${title}\n${more}\n- Files: src/${number}.ts\n- Done when: it runs\n`;
  const none = '- Depends on: none';
  const text = [task(1, 'Schema', none), task(2, 'API', none), task(3, name, fields)].join('\n');
  const { plan, findings } = readAuto({ files: new Map([['plan.md', text]]) });
  const told = findings.map(({ severity, rule, line }) => `${line} ${severity} ${rule}`);
  return [plan?.tasks[2]?.dependsOn.join(' '), told];
}

describe('what a task depends on', () => {
  it('may stand in parentheses, in quotes, or between slashes and commas of other scripts', () => {
    for (const field of [
      '(Task 1, Task 2)',
      'Tasks (1, 2)',
      '"Task 1", \'Task 2\'',
      'Task 1 / Task 2',
      'Task 1，Task 2',
      'Task 1、Task 2',
      'Task 1: Schema，Task 2: API',
    ])
      assert.deepEqual(read(`- Depends on: ${field}`), ['task-1 task-2', []], field);
    assert.deepEqual(read('- Depends on: "none"'), ['', []]);
    assert.deepEqual(read('- Depends on: (see above)')[1], ['12 error reference-unclear']);
  });

  it('is told where a note, or the name of another task, hides it', () => {
    for (const field of [
      'Task 1 (and Task 2)',
      'Task 1 (and 2)',
      'Task 1 (#2 too)',
      'Task 1: Schema & Task 2: API',
      'Task 1: Schema. Task 2: API',
      'Task 1 – Schema + Task 2 – API',
      '1: Schema & 2: API',
      'Task 1 (a note, Task 2',
    ])
      assert.deepEqual(read(`- Depends on: ${field}`), ['task-1', ['12 warning dependency-unread']], field);
    assert.deepEqual(read('- Depends on: None (Task 1 first)'), ['', ['12 warning dependency-unread']]);
    assert.deepEqual(read('- Depends on: Task 1 (2 tables), Task 2 (as Task 1 says)'), ['task-1 task-2', []]);
  });

  it('is not what it may be run beside', () => {
    for (const field of [
      'None (can run in parallel with Task 1)',
      'None — can run in parallel with Tasks 1 and 2',
      'Can start immediately (parallel with Task 1)',
    ])
      assert.deepEqual(read(`- Depends on: ${field}`), ['', []], field);
    assert.deepEqual(read('- Depends on: None, parallel with Task 1 after Task 2')[1], [
      '12 error reference-unclear',
    ]);
  });
});

it('a field of any other name that names a task is told, if neither waits for the other', () => {
  for (const field of [
    'Unblocks: Task 1',
    '**Required by:** Task 1',
    'Prereqs: #1',
    'Builds on: Task 1 (its tables)',
    'Blocked by: T1',
    'After: 1',
    'Blocks: Schema',
    'Unblocks:\n  - Task 1',
  ]) {
    assert.deepEqual(read(`- Depends on: none\n- ${field}`)[1], ['11 warning dependency-unread'], field);
    assert.deepEqual(read(`- Depends on: Task 1\n- ${field}`)[1], [], field);
  }
  for (const field of [
    'Parallel with: Task 1',
    'Priority: 1',
    'Estimate: 2',
    'Needs: Docker',
    'Requires: none',
  ])
    assert.deepEqual(read(`- Depends on: none\n- ${field}`)[1], [], field);
});

it('parts of a plan that come one behind the other are told by other words, and by fields, too', () => {
  const plan = (one: string, two: string, more = ''): string =>
    `# P\n${one}\n### Task 1: A\n- Files: a\n- Done when: x\n${two}\n### Task 2: B\n- Files: b\n- Done when: x\n${more}`;
  const told = (text: string): readonly string[] =>
    readAuto({ files: new Map([['plan.md', text]]) }).findings.map(({ line, rule }) => `${line} ${rule}`);
  for (const word of ['Group', 'Level', 'Batch', 'Milestone'])
    assert.deepEqual(told(plan(`\n## ${word} 1\n`, `\n## ${word} 2: More\n`)), ['9 order-unread'], word);
  for (const word of ['Phase', '**Wave**', 'Parallel group'])
    assert.deepEqual(
      told(plan('', '', `- ${word}: 2\n`).replace('x\n', `x\n- ${word}: 1\n`)),
      ['8 order-unread'],
      word,
    );
  assert.deepEqual(told(plan('\n## Group 1\n', '\n## Group 2\n', '- Depends on: none\n')), []);
});

it('a field that says that a task is done is told', () => {
  for (const field of ['Done: yes', '**Completed:** true', 'Progress: 100%'])
    assert.deepEqual(read(`- Depends on: none\n- ${field}`)[1], ['11 warning state-unread'], field);
  assert.deepEqual(read('- Depends on: none\n- Progress: 10%')[1], []);
});

describe('beside the tasks', () => {
  const told = (beside: string, more = ''): readonly string[] => {
    const task = (number: number): string =>
      `### Task ${number}: T\n- Files: src/${number}.ts\n- Done when: it runs\n${more}\n`;
    const text = `# P\n\n${beside}\n\n## Tasks\n\n${task(1)}${task(2)}`;
    return readAuto({ files: new Map([['plan.md', text]]) }).findings.map(
      ({ severity, rule, tasks }) => `${severity} ${rule} ${tasks}`,
    );
  };

  it('a column of a table that says what they wait for, or how they stand, is told', () => {
    const table = (title: string, one: string, two: string): string =>
      `| Task | Name | ${title} |\n|---|---|---|\n| ${one} |\n| ${two} |`;
    const told2 = ['warning dependency-unread task-2,task-1'];
    assert.deepEqual(told(table('Depends on', '1 | A | -', '2 | B | 1')), told2);
    assert.deepEqual(told(table('**Blocked by**', 'Task 1 | A | None', '**Task 2** | B | Task 1')), told2);
    assert.deepEqual(told(table('Status', '1 | A | Done', '2 | B | Pending')), [
      'warning state-unread task-1',
    ]);
    assert.deepEqual(told(table('Hours', '1 | A | 2', '2 | B | 1')), []);
  });

  it('a ticked list of them is told', () => {
    for (const name of ['Task 1', 'Task 1: T', '**Task 1** - T'])
      assert.deepEqual(told(`- [x] ${name}\n- [ ] Task 2`), ['warning state-unread task-1'], name);
  });

  it('waves of them are told where they say nothing of what they wait for', () => {
    const waves = '- Wave 1: Task 1\n- **Wave 2**: Task 2';
    assert.deepEqual(told(waves), ['warning order-unread task-2']);
    assert.deepEqual(told(waves, '- Depends on: none\n'), []);
  });

  it('a heading or an item that looks like a task, and is none, is told', () => {
    for (const title of ['Task 3 C', 'Task 3) C', 'TASK-3: C', 'T3: C', 'Task 3a: C'])
      assert.deepEqual(told(`### ${title}\n\nWrite C.`), ['error task-unread '], title);
    for (const title of ['Task 1 in depth', 'Tasks 3 to 9', 'T3 chips', 'Taskforce 3'])
      assert.deepEqual(told(`### ${title}\n\nWrite C.`), [], title);
    const list = (second: string): readonly string[] => {
      const text = `- Task 1: A\n  - Depends on: none\n- ${second}\n- Task 3: C\n  - Depends on: Task 1\n`;
      const { findings } = readAuto({ files: new Map([['plan.md', text]]) });
      const unread = findings.filter(({ rule }) => rule === 'task-unread');
      return unread.map(({ severity, line }) => `${line} ${severity}`);
    };
    assert.deepEqual(list('Task 2 B\n  - Depends on: none'), ['3 error']);
    assert.deepEqual(list('Task 2 comes next week'), ['3 warning']);
  });
});
