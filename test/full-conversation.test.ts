/** A conversation that fills its context is ended while it goes on, and another takes the work up. */

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { makeProject } from './lib/project.ts';

const full = (used: number): string =>
  `run: ${JSON.stringify(`echo '{"event":"context","used":${used},"size":1000}'`)}`;

it('is followed by a fresh one, with a digest, in a manifest too', async () => {
  const project = makeProject({
    waves: [{ tasks: { 'task-001': { create: 'one.txt' } } }],
    recipe: `
tasks:
  task-001:
    attempts:
      1:
      - write: {path: one.txt, text: half}
      - ${full(800)}
      - ${full(801)}
      - sleep: 10m
    default:
    - run: 'grep -q "WHAT EARLIER TRIES DID" "$COX_PROMPT_FILE" && grep -q half one.txt'
    - write: {path: one.txt, text: whole}
`,
    config: 'retries: 0\n',
  });
  after(() => project.remove());
  const ran = await project.cox(['run', project.plan]);
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  const { run, tasks } = JSON.parse((await project.cox(['status', '--json'])).stdout);
  assert.deepEqual([tasks[0].state, tasks[0].attempt], ['merged', 2]);
  assert.equal(project.git(['show', `${run.integrationBranch}:one.txt`]), 'whole');
});
