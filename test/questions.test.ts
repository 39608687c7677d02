/** Agents that ask, and who answers, with the real binary. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeProject, type Project } from './lib/project.ts';

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

describe('a question of an agent', () => {
  it('waits for the user: exit 4 when nothing else is left, an answer, and it goes on', async () => {
    const made = project('SQLite will do');
    const run = await made.cox(['run', made.plan]);
    assert.equal(run.code, 4, run.stdout + run.stderr);
    assert.match((await made.cox(['status'])).stdout, /Which database\?/);
    assert.match(run.stderr, /task-001 asks: Which database\?\n.*cox answer task-001/);
    const early = await made.cox(['retry', 'task-001']);
    assert.match(early.stderr, /task-001 is asking[\s\S]*cox answer task-001/);
    const answered = await made.cox(['answer', 'task-001', 'SQLite', 'will', 'do']);
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
