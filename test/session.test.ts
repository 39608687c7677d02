/** The session's state and its checkpoints with the real binary, and those that a run writes. */

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parse } from 'yaml';
import { UNPRINTABLE } from '../src/testing/hostile-text.ts';
import { makeProject, type Project } from './lib/project.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(files: Readonly<Record<string, string>> = {}, recipe = ''): Project {
  const made = makeProject({ waves: [], files: { '.gitignore': '.claude/auto-*\n', ...files }, recipe });
  projects.push(made);
  return made;
}

/** Exit code and standard output. */
async function ran(made: Project, ...args: readonly string[]): Promise<readonly [number | null, string]> {
  const { code, stdout } = await made.cox(args);
  return [code, stdout];
}

function yaml(made: Project, path: string) {
  return parse(readFileSync(join(made.path, '.claude', path), 'utf8'));
}

describe('cox state', { timeout: 1_200_000 }, () => {
  it('goes by its table, says both states and what is to be used, and keeps the file', async () => {
    const made = project();
    assert.deepEqual(await ran(made, 'state', 'resume'), [1, 'NO_SESSION\n']);
    assert.deepEqual(await ran(made, 'state'), [0, 'IDLE\n']);
    assert.deepEqual(await ran(made, 'state', '--json'), [0, 'null\n']);
    assert.deepEqual(await ran(made, 'state', 'init'), [0, 'IDLE\n']);
    assert.deepEqual(await ran(made, 'state', 'transition', 'PLAN'), [
      0,
      'Transitioned: IDLE -> PLAN\nMANDATORY_SKILLS: superpowers:brainstorming,superpowers:writing-plans\n',
    ]);
    for (const wrong of ['COMPLETE', 'NOWHERE'])
      assert.deepEqual(await ran(made, 'state', 'transition', wrong), [1, 'ERROR: Invalid state\n']);
    assert.deepEqual(await ran(made, 'state', 'work-type', 'FRONTEND', 'forms, css', '0.9'), [
      0,
      'FRONTEND\n',
    ]);
    assert.deepEqual(await ran(made, 'state', 'work-type', 'ODD'), [1, 'ERROR: Invalid work type\n']);
    assert.deepEqual(await ran(made, 'state', 'transition', 'COMPLETE', '--force'), [
      0,
      'Transitioned: PLAN -> COMPLETE\n',
    ]);
    assert.deepEqual(await ran(made, 'state', 'skills', 'PARALLELIZE'), [
      0,
      'task-decomposer,parallel-orchestrator\n',
    ]);
    assert.deepEqual(await ran(made, 'state', 'skills', 'NOWHERE'), [1, 'ERROR: Invalid state\n']);
    assert.deepEqual(await ran(made, 'state', 'skills', 'PLAN', 'ODD'), [1, 'ERROR: Invalid work type\n']);
    const odd = await made.cox(['state', 'skills', 'NOWHERE']);
    assert.match(odd.stderr, /"NOWHERE" is no state.*IDLE, DETECT/s);
    assert.deepEqual(await ran(made, 'state', 'checkpoint', 'plan.md', 'the plan'), [0, 'plan.md\n']);
    const { started_at, last_transition, session_id, ...rest } = yaml(made, 'auto-state-machine.yaml');
    assert.ok(Number.isFinite(Date.parse(started_at)) && Number.isFinite(Date.parse(last_transition)));
    assert.match(session_id, /^auto-\d{8}-\d{6}$/);
    const json = JSON.parse((await ran(made, 'state', '--json'))[1]);
    assert.deepEqual(json, { started_at, last_transition, session_id, ...rest });
    assert.deepEqual(rest, {
      version: '3.1',
      current_state: 'COMPLETE',
      previous_state: 'PLAN',
      work_type: 'FRONTEND',
      focus: ['forms', 'css'],
      mandatory_skills: [],
      completed_phases: ['IDLE', 'PLAN'],
      checkpoint_files: ['plan.md'],
      classification_confidence: 0.9,
      token_usage: { estimated: 0, budget: 200000, warning_threshold: 0.8, checkpoint_threshold: 0.95 },
    });
    assert.deepEqual(await ran(made, 'state', 'resume'), [
      0,
      `SESSION_ID: ${session_id}\nCURRENT_STATE: COMPLETE\nWORK_TYPE: FRONTEND\nCOMPLETED_PHASES: IDLE,PLAN\nMEMORY_FILES:\n  - .claude/auto-memory/complete-checkpoint.md\n`,
    ]);
  });

  it('counts tokens of several processes at once, and says by its exit code when to stop', async () => {
    const made = project();
    assert.equal((await made.cox(['state', 'tokens', '5'])).code, 0, 'without a session nothing is counted');
    await made.cox(['state', 'init']);
    await Promise.all(Array.from({ length: 6 }, () => made.cox(['state', 'tokens', '10000'])));
    assert.equal(yaml(made, 'auto-state-machine.yaml').token_usage.estimated, 60_000);
    assert.deepEqual(await ran(made, 'state', 'tokens', '99999'), [0, '']);
    const [code, text] = await ran(made, 'state', 'tokens', '1');
    assert.deepEqual([code, text.split(':')[0]], [1, 'TOKEN_WARNING']);
    const [last, said] = await ran(made, 'state', 'tokens', '30000');
    assert.deepEqual([last, said.split(':')[0]], [2, 'TOKEN_CHECKPOINT']);
    assert.deepEqual(await ran(made, 'state', 'tokens', '60000'), [
      2,
      'TOKEN_CHECKPOINT: Usage at 125% - checkpoint required (250000 of 200000 tokens)\n',
    ]);
    for (const wrong of ['-5', '1e3', '5000000000', 'many', '']) {
      const ended = await made.cox(['state', 'tokens', '--', wrong]);
      assert.deepEqual([ended.code, ended.stdout], [3, ''], wrong);
      assert.match(ended.stderr, /is no number of tokens/);
    }
    for (const wrong of [[], ['-5'], ['--some']])
      assert.equal(
        (await made.cox(['state', 'tokens', ...wrong])).code,
        3,
        'and nothing that scripts act on',
      );
    assert.equal(yaml(made, 'auto-state-machine.yaml').token_usage.estimated, 250_000);
    // The next conversation begins with nothing.
    await ran(made, 'checkpoint', 'handoff');
    assert.deepEqual(await ran(made, 'state', 'tokens', '100'), [0, '']);
  });

  it('loses no note: what cannot be kept is told of, and what cannot be read is left', async () => {
    const made = project();
    await ran(made, 'state', 'init', 'EXECUTE');
    const memory = join(made.path, '.claude/auto-memory');
    made.write({ 'outside/mine.md': 'mine\n' }, made.root);
    symlinkSync(join(made.root, 'outside'), memory);
    const linked = await made.cox(['state', 'checkpoint', 'plan.md', 'text']);
    assert.deepEqual([linked.code, linked.stdout], [1, '']);
    assert.match(linked.stderr, /auto-memory is no folder; move it away/);
    rmSync(memory);
    mkdirSync(memory);
    const notes = join(memory, 'execute-checkpoint.md');
    writeFileSync(notes, Buffer.from('old notes \xff\n', 'latin1'));
    const other = await made.cox(['state', 'checkpoint', 'plan.md', 'text']);
    assert.deepEqual([other.code, other.stdout], [1, '']);
    assert.match(other.stderr, /execute-checkpoint\.md cannot be read: it is no UTF-8 text \(line 1\)/);
    assert.equal(readFileSync(notes, 'latin1'), 'old notes \xff\n');
    assert.deepEqual(yaml(made, 'auto-state-machine.yaml').checkpoint_files, []);
  });

  it('refuses a broken file with its place, follows no link out, and keeps an older session', async () => {
    const made = project();
    const file = join(made.path, '.claude/auto-state-machine.yaml');
    mkdirSync(join(made.path, '.claude'));
    writeFileSync(file, 'current_state: PLAN\nfocus: 3\n');
    const broken = await made.cox(['state', 'transition', 'EXECUTE']);
    assert.deepEqual([broken.code, broken.stdout], [1, '']);
    assert.match(broken.stderr, /auto-state-machine\.yaml:2:8 focus: must be a list/);
    assert.equal(readFileSync(file, 'utf8'), 'current_state: PLAN\nfocus: 3\n');
    const begun = await made.cox(['state', 'init', 'DETECT']);
    const kept = /kept as (\S+)/.exec(begun.stderr)?.[1] ?? '';
    assert.equal(readFileSync(kept, 'utf8'), 'current_state: PLAN\nfocus: 3\n');
    rmSync(file);
    writeFileSync(join(made.root, 'secret.yaml'), 'current_state: EXECUTE\n');
    symlinkSync(join(made.root, 'secret.yaml'), file);
    assert.equal((await made.cox(['state', 'transition', 'REVIEW'])).code, 1);
    assert.equal(readFileSync(join(made.root, 'secret.yaml'), 'utf8'), 'current_state: EXECUTE\n');
  });
});

it('cox checkpoint archives nothing that lies behind a link', async () => {
  const made = project();
  made.write({ 'outside/mine.md': 'mine\n' }, made.root);
  mkdirSync(join(made.path, '.claude'));
  symlinkSync(join(made.root, 'outside'), join(made.path, '.claude/auto-memory'));
  const cleaned = await made.cox(['checkpoint', 'cleanup']);
  assert.deepEqual([cleaned.code, cleaned.stdout], [1, '']);
  assert.match(cleaned.stderr, /auto-memory is no folder; move it away/);
  assert.deepEqual(readdirSync(join(made.root, 'outside')), ['mine.md']);
});

const task = (number: number, depends: string): string =>
  `### Task ${number}: Part ${number}\n- Depends on: ${depends}\n- Files: part-${number}.txt\n- Done when: file part-${number}.txt exists\n- Complexity: S\n`;

describe('cox checkpoint', { timeout: 1_200_000 }, () => {
  it('writes, reads and archives, in the files that are known', async () => {
    const made = project();
    assert.deepEqual(await ran(made, 'checkpoint', 'read'), [1, 'NO_CHECKPOINTS\n']);
    assert.deepEqual(await ran(made, 'checkpoint', 'read', '--json'), [1, 'null\n']);
    for (const verb of ['write', 'task'])
      assert.deepEqual(await ran(made, 'checkpoint', verb, ' ', 'x'), [1, '']);
    // A session that is kept is no checkpoint.
    for (let time = 0; time < 2; time += 1) await ran(made, 'state', 'init');
    assert.equal(readdirSync(join(made.path, '.claude/auto-memory')).length, 1);
    assert.deepEqual(await ran(made, 'checkpoint', 'read'), [1, 'NO_CHECKPOINTS\n']);
    rmSync(join(made.path, '.claude/auto-memory'), { recursive: true });
    rmSync(join(made.path, '.claude/auto-state-machine.yaml'));
    await made.cox(['state', 'init', 'EXECUTE']);
    made.write({
      '.claude/auto-progress.yaml':
        'tasks:\n  task-3: {name: Sidebar, status: done, branch: auto/task-3, group: 2}\n  task-4: {name: Header, status: qa_approved, branch: auto/task-4, group: 2}\n  task-5: {name: Footer, status: pending, group: 3}\n',
    });
    const memory = '.claude/auto-memory';
    assert.deepEqual(await ran(made, 'checkpoint', 'write', 'PRE_GROUP_2', 'Starting group 2'), [
      0,
      `${memory}/phase-pre_group_2-summary.md\n`,
    ]);
    const [, learning] = await ran(made, 'checkpoint', 'task', '../task-3', 'It works');
    assert.match(learning, /^\.claude\/auto-memory\/task-task-3-[0-9a-f]{8}-learnings\.md\n$/);
    assert.deepEqual(await ran(made, 'checkpoint', 'group', '2', 'post', 'all: good'), [
      0,
      `${memory}/parallel-group-2-summary.md\n`,
    ]);
    const { timestamp, session_id, started_at, ...group } = yaml(
      made,
      'auto-memory/parallel-group-2-summary.md',
    );
    assert.ok(timestamp !== '' && session_id !== '' && started_at !== '');
    assert.deepEqual(group, {
      group_number: 2,
      status: 'complete',
      tasks_completed: [{ 'task-3': 'Sidebar' }, { 'task-4': 'Header' }],
      tasks_failed: [],
      branches_created: ['auto/task-3', 'auto/task-4'],
      verification_passed: true,
      next_group: 3,
      remaining_groups: [3],
      summary: 'all: good',
    });
    assert.deepEqual(yaml(made, 'auto-state-machine.yaml').checkpoint_files, [
      `${memory}/phase-pre_group_2-summary.md`,
      `${memory}/parallel-group-2-summary.md`,
    ]);
    const read = await made.cox(['checkpoint', 'read']);
    assert.match(read.stderr, /parallel-group-2-summary\.md/);
    assert.equal(parse(read.stdout).summary, 'all: good');
    const [, json] = await ran(made, 'checkpoint', 'read', '--json');
    assert.deepEqual(JSON.parse(json), {
      path: `${memory}/parallel-group-2-summary.md`,
      text: read.stdout,
    });
    assert.match(
      (await ran(made, 'checkpoint', 'context'))[1],
      /^# Context summary\n.*- task-5 \(pending\): Footer/s,
    );
    assert.match(
      (await ran(made, 'checkpoint', 'handoff'))[1],
      /^# Next actions\n.*Go on with parallel group 3\n/s,
    );
    const [, archive] = await ran(made, 'checkpoint', 'cleanup');
    assert.deepEqual(readdirSync(join(made.path, archive.trim())).length, 5);
    assert.deepEqual(await ran(made, 'checkpoint', 'read'), [1, 'NO_CHECKPOINTS\n']);
    const again = await made.cox(['checkpoint', 'cleanup']);
    assert.deepEqual([again.code, again.stdout, again.stderr], [0, '', 'cox: there is nothing to archive\n']);
    assert.equal((await made.cox(['checkpoint', 'group', '2', 'later'])).code, 2);
    assert.equal((await made.cox(['checkpoint', 'group', 'x', 'pre'])).code, 1);
  });

  it('keeps what was said under a name before, and says where', async () => {
    const made = project();
    const memory = join(made.path, '.claude/auto-memory');
    const write = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await made.cox(['checkpoint', ...args]);
      assert.equal(code, 0, stderr);
      const kept = /^cox: what (\S+) said before is kept as (\S+)$/m.exec(stderr);
      if (kept !== null) assert.equal(`${kept[1]}\n`, stdout);
      return kept === null ? null : readFileSync(join(made.path, kept[2] ?? ''), 'utf8');
    };
    assert.equal(await write('write', 'PLAN', 'first'), null);
    assert.equal(await write('write', 'PLAN', 'first'), null, 'the same again is no loss');
    assert.match((await write('write', 'PLAN', 'second')) ?? '', /^# PLAN\n[\s\S]*\nfirst\n$/);
    assert.match((await ran(made, 'checkpoint', 'read'))[1], /\nsecond\n$/);
    assert.equal(await write('task', 'task-1', 'one'), null);
    assert.match((await write('task', 'task-1', 'two')) ?? '', /\n## Learnings\n\none\n/);
    assert.match(readFileSync(join(memory, 'task-task-1-learnings.md'), 'utf8'), /\n## Learnings\n\ntwo\n/);
  });

  it('says what it cannot know, and why', async () => {
    const made = project();
    const file = join(made.path, '.claude/auto-progress.yaml');
    const group = async (why: RegExp) => {
      const { code, stderr } = await made.cox(['checkpoint', 'group', '1', 'post', 'done']);
      assert.equal(code, 0, stderr);
      assert.match(stderr, why);
      const { verification_passed, next_group } = yaml(made, 'auto-memory/parallel-group-1-summary.md');
      assert.deepEqual([verification_passed, next_group], [false, null]);
    };
    await group(/^cox: there is no \.claude\/auto-progress\.yaml; .* is not known\n$/);
    writeFileSync(file, 'tasks:\n  a: {{{ broken\n');
    await group(/auto-progress\.yaml:3:\d+ .*; .* is not known\n$/);
    assert.match(
      (await ran(made, 'checkpoint', 'context'))[1],
      /- not known: \.claude\/auto-progress\.yaml:3:/,
    );
    assert.match((await ran(made, 'checkpoint', 'handoff'))[1], /\. Find out which tasks are left: /);
    writeFileSync(file, 'tasks:\n  task-2: {name: B, group: 2, status: failed, last_error: it broke}\n');
    const { code, stderr } = await made.cox(['checkpoint', 'group', '1', 'post', 'done']);
    assert.deepEqual([code, /no task of \S+ is of group 1/.test(stderr)], [0, true], stderr);
    const { verification_passed, next_group } = yaml(made, 'auto-memory/parallel-group-1-summary.md');
    assert.deepEqual([verification_passed, next_group], [false, 2]);
    await ran(made, 'checkpoint', 'group', '2', 'failed', 'no');
    const { tasks_failed } = yaml(made, 'auto-memory/parallel-group-2-summary.md');
    assert.deepEqual(tasks_failed, [{ 'task-2': 'it broke' }]);
    // A link out of the repository is not followed.
    rmSync(file);
    writeFileSync(join(made.root, 'secret.yaml'), 'tasks:\n  secret: {name: Secret}\n');
    symlinkSync(join(made.root, 'secret.yaml'), file);
    assert.doesNotMatch((await ran(made, 'checkpoint', 'context'))[1], /secret \(/);
  });

  it('shows nothing of a file that acts on a terminal', async () => {
    const made = project();
    made.write({
      '.claude/auto-progress.yaml':
        'tasks:\n  "task-1\\e[31m": {name: "evil \\e]0;title\\a\\n- task-2 (done): forged", status: "st\\e[2Juck", group: 1}\n',
    });
    for (const verb of ['context', 'handoff']) {
      const [, text] = await ran(made, 'checkpoint', verb);
      assert.doesNotMatch(text, UNPRINTABLE, verb);
      assert.match(
        text,
        verb === 'context' ? /^- task-1 \(stuck\): evil - task-2/m : /task-1 is stuck: evil - task-2/,
      );
    }
  });

  it('is kept by a run of a plan: complete after a group, failed with its reason, one group a session', async () => {
    const made = project(
      {
        '.claude/plans/auto-page.md': `# Page\n\n${task(1, 'none')}\n${task(2, 'none')}\n${task(3, 'none')}\n${task(4, '1')}`,
        '.claude/auto-context.yaml': 'session:\n  one_group: true\nparallelization:\n  retry_on_failure: 0\n',
      },
      `
default:
  - run: 'echo "$COX_TASK_ID" > "part-\${COX_TASK_ID#task-}.txt"'
tasks:
  task-4:
    - run: 'exit 1'
`,
    );
    const first = await made.cox(['run', '.claude/plans/auto-page.md', '--merge-test', 'true']);
    assert.equal(first.code, 4, first.stdout + first.stderr);
    const one = yaml(made, 'auto-memory/parallel-group-1-summary.md');
    assert.deepEqual(
      [one.group_number, one.status, one.verification_passed, one.next_group, one.remaining_groups],
      [1, 'complete', true, 2, [2]],
    );
    assert.deepEqual(one.tasks_completed, [
      { 'task-1': 'Part 1' },
      { 'task-2': 'Part 2' },
      { 'task-3': 'Part 3' },
    ]);
    assert.deepEqual(one.branches_created, ['auto/task-1', 'auto/task-2', 'auto/task-3']);
    assert.ok(!existsSync(join(made.path, '.claude/auto-memory/parallel-group-2-summary.md')));
    const [, handoff] = await ran(made, 'checkpoint', 'handoff');
    assert.ok(handoff.includes(`\n3. Go on with parallel group 2: cox resume ${one.session_id}\n`), handoff);
    const second = await made.cox(['resume']);
    assert.equal(second.code, 1, second.stdout + second.stderr);
    const two = yaml(made, 'auto-memory/parallel-group-2-summary.md');
    assert.deepEqual([two.status, two.verification_passed, two.next_group], ['failed', false, null]);
    assert.match(two.tasks_failed[0]['task-4'], /the agent exited with/);
    assert.equal(made.git(['status', '--porcelain']), '');
  });

  it('says when a conversation was full: its agent is ended, and another goes on with a digest', async () => {
    const full = (used: number) =>
      `      - run: ${JSON.stringify(`echo '{"event":"context","used":${used},"size":1000}'`)}`;
    const made = project(
      {
        '.claude/plans/auto-page.md': `# Page\n\n${task(1, 'none')}\n${task(2, 'none')}\n${task(3, 'none')}`,
        '.claude/auto-context.yaml': 'parallelization:\n  retry_on_failure: 0\n',
      },
      `
tasks:
  task-1:
    attempts:
      1:
      - write: {path: part-1.txt, text: half}
${full(700)}
${full(850)}
      - sleep: 10m
    default:
    - run: 'grep -q "WHAT EARLIER TRIES DID" "$COX_PROMPT_FILE" && grep -q part-1.txt "$COX_PROMPT_FILE" && grep -q half part-1.txt'
    - write: {path: part-1.txt, text: whole}
default:
  - run: 'echo "$COX_TASK_ID" > "part-\${COX_TASK_ID#task-}.txt"'
`,
    );
    const ran = await made.cox(['run', '.claude/plans/auto-page.md']);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    const checkpoint = yaml(made, 'auto-memory/parallel-group-1-summary.md');
    assert.deepEqual(checkpoint.contexts_full, [
      { 'task-1': 'attempt 1 filled 85 % of its context; the next begins afresh, with a digest' },
    ]);
    const status = JSON.parse((await made.cox(['status', '--json'])).stdout);
    assert.deepEqual([status.counts.merged, status.tasks[0].attempt], [3, 2]);
    assert.equal(made.git(['show', `${status.run.integrationBranch}:part-1.txt`]), 'whole');
  });
});
