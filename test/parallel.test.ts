/** Many agents at once, several runs at once, and several who want to drive one run. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { linesOf, makeProject, type Project, type ProjectFiles, processesIn } from './lib/project.ts';
import { until } from './lib/until.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(files: Pick<ProjectFiles, 'waves'> & Partial<ProjectFiles>): Project {
  const made = makeProject({ recipe: 'default: []\n', ...files });
  projects.push(made);
  return made;
}

const DONE = 'echo x > "$COX_TASK_ID.txt"; echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"';
const wave = (ids: readonly string[]) => ({
  tasks: Object.fromEntries(ids.map((id) => [id, { create: `${id}.txt` }])),
});

describe('work at once', () => {
  it('fifty tasks that may run at once all do: each waits for all the others', {
    timeout: 1_200_000,
  }, async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `task-${String(index + 1).padStart(3, '0')}`);
    const made = project({ waves: [wave(ids)] });
    const marks = join(made.root, 'marks');
    const meet = `mkdir -p '${marks}'; : > '${marks}'/"$COX_TASK_ID"; while [ "$(ls '${marks}' | wc -l)" -lt 50 ]; do sleep 0.5; done`;
    const ran = await made.cox([
      'run',
      made.plan,
      '--max-parallel',
      '50',
      '--agent-command',
      `${meet}; ${DONE}`,
    ]);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    const status = JSON.parse((await made.cox(['status', '--json'])).stdout);
    assert.equal(status.counts.merged, 50);
    const files = made.git(['ls-tree', '--name-only', status.run.integrationBranch]).split('\n');
    assert.equal(files.filter((name) => name.startsWith('task-')).length, 50);
    assert.deepEqual(processesIn(made.root), []);
  });

  it('two runs in one repository do not meet', { timeout: 600_000 }, async () => {
    const made = project({ waves: [wave(['task-001', 'task-002'])] });
    const go = join(made.root, 'go');
    const note = `echo "$COX_RUN_ID" >> '${join(made.root, 'runs')}'`;
    const agent = `${note}; while [ ! -f '${go}' ]; do sleep 0.1; done; ${DONE}`;
    const runs = [1, 2].map(() => made.start(['run', made.plan, '--agent-command', agent]));
    await until(() => linesOf(join(made.root, 'runs')).length === 4);
    made.write({ go: '' }, made.root);
    for (const run of runs) {
      const ended = await run.ended;
      assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    }
    assert.equal(new Set(linesOf(join(made.root, 'runs'))).size, 2);
    const branches = made
      .git(['for-each-ref', '--format=%(refname:short)', 'refs/heads/integration/'])
      .split('\n');
    assert.equal(branches.length, 2);
    for (const branch of branches) assert.equal(made.git(['show', `${branch}:task-002.txt`]), 'x');
  });

  it('one run has one owner, whoever else tries; the next is free when that is killed', {
    timeout: 600_000,
  }, async () => {
    const made = project({ waves: [wave(['task-001'])] });
    const go = join(made.root, 'go');
    const starts = join(made.root, 'starts');
    const agent = `echo s >> '${starts}'; while [ ! -f '${go}' ]; do sleep 0.1; done; ${DONE}`;
    const first = made.start(['run', made.plan, '--agent-command', agent]);
    await until(() => linesOf(starts).length === 1);
    for (const refused of await Promise.all([made.cox(['resume']), made.cox(['resume'])])) {
      assert.equal(refused.code, 3, refused.stdout + refused.stderr);
      assert.match(refused.stderr, new RegExp(`driven by process ${first.pid} on `));
    }
    first.kill('SIGKILL');
    await first.ended;
    const both = [made.start(['resume']), made.start(['resume'])];
    await new Promise((resolve) => setTimeout(resolve, 500));
    made.write({ go: '' }, made.root);
    const codes = (await Promise.all(both.map(({ ended }) => ended))).map(({ code }) => code);
    // The slower of the two is refused, or finds the run at its end.
    assert.ok(codes.includes(0) && codes.every((code) => code === 0 || code === 3), codes.join());
    assert.deepEqual(linesOf(starts), ['s']);
  });
});
