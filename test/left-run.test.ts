/** What is shown of a run of parallel groups whose process was killed, by the real binary. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeProject, type Project } from './lib/project.ts';
import { until } from './lib/until.ts';

const PLAN = `# Multi-Agent Plan: Shop

### Parallel Group 1: Core
- [ ] 1.1: Build the service (Builder-1, 4h)
- [ ] 1.2: Build the page (Builder-1, 4h)
`;

const AGENT = `until [ -e "$GO" ]; do sleep 0.1; done; echo x > "$COX_TASK_ID.txt"; echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"`;

let made: Project;
after(() => made.remove());

describe('a run whose process was killed', () => {
  it('is shown as left, with its files, by whoever asks how it stands', { timeout: 600_000 }, async () => {
    made = makeProject({
      waves: [],
      recipe: '',
      files: {
        'MULTI_AGENT_PLAN.md': PLAN,
        'coxswain.config.yaml': JSON.stringify({
          agent: { driver: 'command', command: AGENT, environment: ['GO'] },
        }),
      },
    });
    const folder = join(made.path, 'MULTI_AGENT_PLAN-run');
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const json = (name: string) => JSON.parse(read(name));
    const go = join(made.root, 'go');
    const started = made.start(['run', 'MULTI_AGENT_PLAN.md', '--no-qa'], {
      GO: go,
    });
    const pids = join(folder, 'agent_pids.txt');
    await until(() => existsSync(pids) && /^builder-1:\d+\n$/.test(readFileSync(pids, 'utf8')));
    const begun = Date.now();
    // Until it has surely given another sign of its life.
    await until(() => Date.now() - begun > 8000);
    started.kill('SIGKILL');
    await started.ended;
    assert.equal(json('PARALLEL_EXECUTION_STATUS.json').status, 'in_progress');

    const { stdout } = await made.cox(['status']);
    assert.match(stdout, /\| Status: INTERRUPTED\n/);
    assert.match(stdout, /\nAgent: Builder-1 \(1\.1: Build the service\)\nStatus: INTERRUPTED\n/);
    // The last sign of its life is a few seconds old at most.
    assert.match(stdout, /Runtime: 00:\d\d:\d\d\n/);
    assert.doesNotMatch(stdout, /Runtime: 00:00:00\n/);
    const shown = json('PARALLEL_EXECUTION_STATUS.json');
    assert.deepEqual([shown.status, shown.agents['builder-1'].status], ['interrupted', 'interrupted']);
    assert.equal(json('status/builder-1.status').status, 'interrupted');
    // The agent is at work all the same, until somebody ends it or goes on.
    const [, pid] = /^builder-1:(\d+)\n$/.exec(read('agent_pids.txt')) ?? [];
    assert.ok(existsSync(`/proc/${pid}`) || process.platform !== 'linux', read('agent_pids.txt'));

    made.write({ go: '' }, made.root);
    const isGone = async (): Promise<boolean> => {
      await made.cox(['status', '--json']);
      return read('agent_pids.txt') === '';
    };
    while (!(await isGone()));
    // Nothing is made where its files are gone.
    rmSync(folder, { recursive: true });
    assert.match((await made.cox(['status'])).stdout, /INTERRUPTED/);
    assert.ok(!existsSync(folder));
    const resumed = await made.cox(['resume'], { GO: go });
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    assert.equal(json('PARALLEL_EXECUTION_STATUS.json').status, 'completed');
  });
});
