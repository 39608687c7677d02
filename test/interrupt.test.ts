/** Signals to a run that goes on, as far as what they leave behind. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { linesOf, makeProject, type Project, processesIn, type Started } from './lib/project.ts';
import { until } from './lib/until.ts';

const WAVES = [
  { tasks: { 'task-001': { create: 'task-001.txt' }, 'task-002': { create: 'task-002.txt' } } },
  { tasks: { 'task-003': { create: 'task-003.txt', deps: 'task-001' } } },
];

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(): Project {
  const made = makeProject({ waves: WAVES, recipe: 'default: []\n', config: 'grace: 2s\n' });
  projects.push(made);
  return made;
}

const starts = (made: Project): readonly string[] => linesOf(join(made.root, 'starts')).sort();

/** Leaves some work, notes that it has, and goes on when the test says so. */
function start(made: Project, command: readonly string[] = ['run', made.plan]): Started {
  const wait = `while [ ! -f '${join(made.root, 'go')}' ]; do sleep 0.1; done`;
  const done = 'echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"';
  const agent = `echo half > "$COX_TASK_ID.txt"; echo "$COX_TASK_ID" >> '${join(made.root, 'starts')}'; ${wait}; ${done}`;
  return made.start([...command, '--agent-command', agent]);
}

const go = (made: Project): void => made.write({ go: '' }, made.root);

function resumeCommand(stdout: string): readonly string[] {
  const found = /Go on with: cox (resume \S+)\n$/.exec(stdout);
  assert.ok(found?.[1] !== undefined, `the last line does not say how to go on:\n${stdout}`);
  return found[1].split(' ');
}

describe('a run that gets', () => {
  it('one Ctrl-C lets agents end, merges nothing more, starts nothing, and is resumed as its last line says', async () => {
    const made = project();
    const run = start(made);
    await until(() => starts(made).length === 2);
    run.kill('SIGINT');
    await until(() => run.stderr().includes('agents that run may end'));
    go(made);
    const ended = await run.ended;
    assert.equal(ended.code, 130, ended.stderr);
    assert.deepEqual(starts(made), ['task-001', 'task-002']);
    assert.deepEqual(processesIn(made.root), []);
    const resumed = await made.cox(resumeCommand(ended.stdout));
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    assert.deepEqual(starts(made), ['task-001', 'task-002', 'task-003']);
  });

  it('two has its agents stopped, and their work is on their branches', async () => {
    const made = project();
    const run = start(made);
    await until(() => starts(made).length === 2);
    run.kill('SIGINT');
    await until(() => run.stderr().includes('agents that run may end'));
    run.kill('SIGINT');
    const ended = await run.ended;
    assert.equal(ended.code, 130, ended.stderr);
    assert.deepEqual(processesIn(made.root), []);
    const branches = made.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads/cox/']).split('\n');
    assert.equal(branches.length, 2);
    for (const branch of branches) {
      const task = branch.split('/').at(-1) ?? '';
      assert.equal(made.git(['show', `${branch}:${task}.txt`]), 'half');
    }
    go(made);
    assert.equal((await made.cox(resumeCommand(ended.stdout))).code, 0);
  });

  it('three leaves at once, and the run is resumed with nothing left behind', async () => {
    const made = project();
    const run = start(made);
    await until(() => starts(made).length === 2);
    let isOver = false;
    void run.ended.then(() => {
      isOver = true;
    });
    // Together they come before the first can have been acted upon. To a busy machine several may be one.
    for (let count = 0; count < 3 || !isOver; count += 1) {
      run.kill('SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const ended = await run.ended;
    assert.equal(ended.code, 130);
    go(made);
    const resumed = await made.cox(['resume']);
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    assert.deepEqual(processesIn(made.root), []);
  });

  it('a kill, and is cancelled then, has its agents stopped, and their work is on their branches', async () => {
    const made = project();
    const run = start(made);
    await until(() => starts(made).length === 2);
    run.kill('SIGKILL');
    await run.ended;
    assert.notDeepEqual(processesIn(made.root), [], 'the agents are at work');
    const cancelled = await made.cox(['cancel']);
    assert.equal(cancelled.code, 0, cancelled.stderr);
    assert.deepEqual(processesIn(made.root), []);
    const { run: now, counts } = JSON.parse((await made.cox(['status', '--json'])).stdout);
    assert.deepEqual([now.status, counts.cancelled], ['failed', 3]);
    for (const task of ['task-001', 'task-002'])
      assert.equal(made.git(['show', `cox/${now.id}/${task}:${task}.txt`]), 'half');
  });

  it('SIGTERM keeps the work on the branches and says how to go on', async () => {
    const made = project();
    const run = start(made);
    await until(() => starts(made).length === 2);
    run.kill('SIGTERM');
    const ended = await run.ended;
    assert.equal(ended.code, 143, ended.stderr);
    assert.deepEqual(processesIn(made.root), []);
    go(made);
    assert.equal((await made.cox(resumeCommand(ended.stdout))).code, 0);
  });
});
