/** Agents that take what others need: memory, processes, disk. Each is ended alone, and honest work goes on beside it. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { WITHOUT_BUBBLEWRAP } from '../src/testing/sandboxes.ts';
import { makeProject, type Project, processesIn, WHOLE_RUN_MS } from './lib/project.ts';

/** Bounded by themselves, should the limits not hold. */
const GREEDY = {
  'task-001': {
    name: 'fills the disk',
    script: 'head -c 200000000 /dev/zero > "$TMPDIR/fill"; sleep 90',
    limit: /disk/,
  },
  'task-002': {
    name: 'takes memory',
    script: `python3 -c 'import time; kept = [bytearray(8000000) for _ in range(50)]; time.sleep(90)'; sleep 90`,
    limit: /memory/,
  },
};

const MOST_PROCESSES = 100;
/** Tells how many it got, and lives on for a while, in which it can be found out, if nothing has held it back. */
const FORKS = `python3 -c '
import os, time
count = 0
try:
    while count < 200:
        if os.fork() == 0: time.sleep(30); os._exit(0)
        count += 1
except OSError: pass
open("count.txt", "w").write(str(count)); time.sleep(20 if count == 200 else 0)'`;

describe('greedy agents in a sandbox', { skip: WITHOUT_BUBBLEWRAP }, () => {
  let project: Project;
  let tasks: readonly { readonly id: string; readonly state: string }[];
  let report: string;
  before(
    async () => {
      const ids = [...Object.keys(GREEDY), 'task-003', 'task-004'];
      const scripts = Object.entries(GREEDY).map(
        ([id, { script }]) => [`agents/${id}.sh`, `${script}\n`] as const,
      );
      project = makeProject({
        files: {
          ...Object.fromEntries(scripts),
          'agents/task-003.sh': `${FORKS}\n`,
          'agents/task-004.sh': 'sleep 3\n',
        },
        waves: [{ tasks: Object.fromEntries(ids.map((id) => [id, { create: `${id}.txt` }])) }],
        recipe: 'default: []\n',
        config: `sandbox:\n  memory: 200MB\n  processes: ${MOST_PROCESSES}\n  disk: 100MB\n`,
      });
      const command =
        'echo x > $COX_TASK_ID.txt; sh agents/$COX_TASK_ID.sh; echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"';
      const env = { COX_SANDBOX: 'required', COX_AGENT_COMMAND: command, COX_RETRIES: '0', COX_GRACE: '1s' };
      await project.cox(['run', project.plan], env);
      ({ tasks } = JSON.parse((await project.cox(['status', '--json'])).stdout));
      report = (await project.cox(['report'])).stdout;
    },
    { timeout: WHOLE_RUN_MS },
  );
  after(() => project?.remove());

  for (const [id, { name, limit }] of Object.entries(GREEDY))
    it(`one that ${name} is ended, and the reason is told`, () => {
      assert.equal(tasks.find((task) => task.id === id)?.state, 'failed');
      const told = report.split('\n').find((line) => line.includes(`${id}: failed`)) ?? '';
      assert.match(told, limit, report);
    });

  it('one that starts processes gets no more than it may have, or is ended', () => {
    const [branch = ''] = project
      .git(['for-each-ref', '--format=%(refname)', 'refs/heads/cox/**/task-003'])
      .split('\n');
    const count = Number(project.git(['show', `${branch}:count.txt`]));
    assert.ok(count > 0);
    const told = report.split('\n').some((line) => line.includes('task-003: failed') && /process/.test(line));
    assert.ok(count < MOST_PROCESSES || told, `${count} processes`);
  });

  it('honest work beside them is merged', () => {
    assert.equal(tasks.find(({ id }) => id === 'task-004')?.state, 'merged');
  });

  it('nothing of them is left', () => {
    assert.deepEqual(processesIn(project.root), []);
  });
});
