/** Agents that ask, and who answers, with the real binary. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeProject, type Project, type Started } from './lib/project.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

/** Task one asks at first, and expects the answer in its feedback; task two does not. */
function project(answer: string, config = ''): Project {
  const made = makeProject({
    waves: [{ tasks: { 'task-001': { create: 'one.txt' }, 'task-002': { create: 'two.txt' } } }],
    recipe: JSON.stringify({
      tasks: {
        'task-001': {
          attempts: { 1: [{ ask: 'Which database?' }] },
          default: [{ expectFeedback: answer }, { write: { path: 'one.txt', text: 'x' } }, { commit: 'One' }],
        },
        'task-002': [{ write: { path: 'two.txt', text: 'x' } }, { commit: 'Two' }],
      },
    }),
    config,
  });
  projects.push(made);
  return made;
}

type Steps = readonly object[];

function answers(text: string): Steps {
  return [{ usage: { costUsd: 0.25 } }, { promise: { word: 'TASK_ANSWER', detail: text } }];
}

/** The adviser is a recipe as well. */
function adviserConfig(steps: Steps, more: object = {}): string {
  // One line would be a path.
  const recipe = JSON.stringify({ tasks: { 'task-001': steps } }, null, 1);
  const questions = { by: 'adviser', agent: 'recipe', options: { recipe }, ...more };
  return `questions: ${JSON.stringify(questions)}\n`;
}

interface Use {
  readonly role: string;
  readonly costUsd: number | null;
}

async function firstTask(made: Project): Promise<{ usedByAttempt: readonly Use[]; costUsd: number }> {
  return JSON.parse((await made.cox(['status', '--json'])).stdout).tasks[0];
}

function reportOf(made: Project) {
  return JSON.parse(readFileSync(join(made.path, made.plan, 'report.json'), 'utf8'));
}

async function until(isSo: () => boolean, { ended, stdout, stderr }: Started): Promise<void> {
  const isOver = ended.then(() => true);
  while (!isSo())
    if (await Promise.race([isOver, sleep(50, false)])) assert.fail(`it has ended: ${stdout()}${stderr()}`);
}

describe('a question of an agent', () => {
  it('waits for the user: exit 4 when nothing else is left, an answer, and it goes on', async () => {
    const made = project('SQLite will do');
    const run = await made.cox(['run', made.plan]);
    assert.equal(run.code, 4, run.stdout + run.stderr);
    assert.match((await made.cox(['status'])).stdout, /Which database\?/);
    assert.match(run.stderr, /task-001 asks: Which database\?\n.*cox answer task-001/);
    const early = await made.cox(['retry', 'task-001']);
    assert.match(early.stderr, /task-001 is asking[\s\S]*cox answer task-001/);
    const { tasks } = JSON.parse((await made.cox(['status', '--json'])).stdout);
    assert.equal(tasks[0].question.id, 'task-001/1');
    const other = await made.cox(['answer', 'task-001/2', 'x']);
    assert.equal(other.code, 3, other.stderr);
    assert.match(
      other.stderr,
      /task-001\/2 is not the question that task-001 waits with\n.*It is task-001\/1/,
    );
    const answered = await made.cox(['answer', 'task-001/1', 'SQLite', 'will', 'do']);
    assert.equal(answered.code, 0, answered.stderr);
    const resumed = await made.cox(['resume']);
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    const again = await made.cox(['answer', 'task-001', 'x']);
    assert.equal(again.code, 3, again.stderr);
  });

  it('is answered by the rule, in words of the user or in ours, and nobody is asked', async () => {
    const own = project('Take the small one', 'questions:\n  by: rule\n  answer: Take the small one.\n');
    const ended = await own.cox(['run', own.plan]);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const log = await own.cox(['logs', 'task-001', '--attempt', '1']);
    assert.match(log.stdout, /^\? Which database\?$/m);
    const ours = project('Decide it yourself');
    const flagged = await ours.cox(['run', ours.plan, '--questions', 'rule']);
    assert.equal(flagged.code, 0, flagged.stdout + flagged.stderr);
  });

  it('can be asked by any command, with a sign', async () => {
    const made = project('');
    const agent = [
      'cat >/dev/null',
      'if grep -qs "Which port" "$COX_CONTEXT_DIR/feedback.md"; then',
      'cp "$COX_CONTEXT_DIR/feedback.md" "$COX_TASK_ID.seen"; sed -n "s/^    Port //p" "$COX_CONTEXT_DIR/feedback.md" > answer;',
      'case $COX_TASK_ID in task-001) mv answer one.txt;; *) mv answer two.txt;; esac; rm -f *.seen',
      'echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"; else',
      'echo "<promise>TASK_QUESTION: $COX_TASK_ID Which port?</promise>"; fi',
    ].join('\n');
    const args = ['run', made.plan, '--agent-command', agent];
    const waits = await made.cox(args, { COX_QUESTIONS: 'user' });
    assert.equal(waits.code, 4, waits.stdout + waits.stderr);
    const ruled = await made.cox(args, { COX_QUESTIONS: 'rule', COX_QUESTIONS_ANSWER: 'Port 8080' });
    assert.equal(ruled.code, 0, ruled.stdout + ruled.stderr);
    const report = JSON.parse(readFileSync(join(made.path, made.plan, 'report.json'), 'utf8'));
    assert.equal(made.git(['show', `${report.integration_branch}:one.txt`]).trim(), '8080');
  });
});

describe('an adviser', () => {
  it('is asked in an attempt of its own, and whoever asked goes on with what it says', async () => {
    const made = project('Take SQLite', adviserConfig(answers('Take SQLite, it is there.')));
    const run = await made.cox(['run', made.plan]);
    assert.equal(run.code, 0, run.stdout + run.stderr);
    assert.match(run.stdout, /task-001 attempt 2 \(adviser\) answers: Take SQLite, it is there\./);
    const first = await firstTask(made);
    assert.deepEqual(
      first.usedByAttempt.map(({ role, costUsd }) => [role, costUsd]),
      [
        ['executor', null],
        ['adviser', 0.25],
        ['executor', null],
      ],
    );
    assert.equal(first.costUsd, 0.25);
    const [asked, ...others] = reportOf(made).waves[0].tasks[0].questions;
    assert.deepEqual([asked.attempt, asked.question, others], [1, 'Which database?', []]);
    assert.deepEqual(asked.adviser, { attempt: 2, answer: 'Take SQLite, it is there.', reason: null });
    const log = await made.cox(['logs', 'task-001', '--attempt', '2']);
    assert.match(log.stderr, /attempt 2 \(adviser\).*answers: Take SQLite/);
  });

  it('that changes files and commits leaves nothing of it', async () => {
    const steps = [{ write: { path: 'left.txt', text: 'x' } }, { commit: 'Left' }, ...answers('Take SQLite')];
    const made = project('Take SQLite', adviserConfig(steps));
    const run = await made.cox(['run', made.plan]);
    assert.equal(run.code, 0, run.stdout + run.stderr);
    const files = made.git(['ls-tree', '-r', '--name-only', reportOf(made).integration_branch]);
    assert.ok(files.includes('one.txt') && !files.includes('left.txt'), files);
    assert.equal(made.git(['log', '--all', '--format=%s']).includes('Left'), false);
  });

  it('without an answer leaves it to the user, who is told why, or to the rule', async () => {
    const why = [{ promise: { word: 'NO_ANSWER', detail: 'it costs money' } }];
    const made = project('Take SQLite', adviserConfig(why));
    const run = await made.cox(['run', made.plan]);
    assert.equal(run.code, 4, run.stdout + run.stderr);
    assert.match(
      run.stderr,
      /asks: Which database\?\n.*adviser left it to you: it costs money\n.*cox answer/,
    );
    assert.match((await made.cox(['status'])).stdout, /Which database\?.*the adviser: it costs money/);
    assert.equal((await made.cox(['answer', 'task-001', 'Take SQLite'])).code, 0);
    assert.equal((await made.cox(['resume'])).code, 0);
    const failing = [{ exit: 3 }];
    const ruled = project(
      'Take SQLite',
      adviserConfig(failing, { otherwise: 'rule', answer: 'Take SQLite' }),
    );
    const ended = await ruled.cox(['run', ruled.plan]);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.match(reportOf(ruled).waves[0].tasks[0].questions[0].adviser.reason, /exited with 3/);
  });

  it('may be a command, inside the sandbox as every agent', async () => {
    // It is told of the question and of what it may use; what it writes is thrown away.
    const command = [
      'grep -q "Which database" && [ "$COX_AGENT_TOOLS" = Read,Grep,Glob ] && touch left.txt',
      'echo "<promise>TASK_ANSWER: $COX_TASK_ID Take SQLite</promise>"',
    ].join(' && ');
    const made = project('Take SQLite', `questions: ${JSON.stringify({ by: 'adviser', command })}\n`);
    const run = await made.cox(['run', made.plan], { COX_SANDBOX: 'auto' });
    assert.equal(run.code, 0, run.stdout + run.stderr);
    assert.match(run.stdout, /attempt 2 \(adviser\) answers: Take SQLite/);
    const files = made.git(['ls-tree', '-r', '--name-only', reportOf(made).integration_branch]);
    assert.ok(files.includes('one.txt') && !files.includes('left.txt'), files);
  });

  it('that nobody could be is refused before anything is made', async () => {
    const made = project('', 'questions:\n  by: adviser\n');
    const run = await made.cox(['run', made.plan]);
    assert.equal(run.code, 3, run.stdout + run.stderr);
    assert.match(run.stderr, /there is no agent for it[\s\S]*questions\.agent/);
  });

  it('is adopted when cox was killed while it worked: nothing is asked or answered twice', async () => {
    const gate = 'while [ ! -e "$HOME/go" ]; do sleep 0.05; done';
    const made = project('Take SQLite', `${adviserConfig([{ run: gate }, ...answers('Take SQLite')])}`);
    const run = made.start(['run', made.plan]);
    await until(() => /task-001 started \(attempt 2,/.test(run.stdout()), run);
    process.kill(run.pid, 'SIGKILL');
    await run.ended;
    writeFileSync(join(made.env['HOME'] ?? '', 'go'), '');
    const resumed = await made.cox(['resume']);
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    const first = await firstTask(made);
    assert.deepEqual(
      first.usedByAttempt.map(({ role }) => role),
      ['executor', 'adviser', 'executor'],
    );
    assert.equal(first.costUsd, 0.25);
  });
});
