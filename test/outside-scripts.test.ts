/** A script of the user's that lies where no agent sees it, with the real binary: said before anything is made. */

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { WITHOUT_BUBBLEWRAP } from '../src/testing/sandboxes.ts';
import { makeProject, type Project } from './lib/project.ts';

const SCRIPT = '#!/bin/sh\necho one >one.txt\necho "<promise>TASK_DONE: $COX_TASK_ID</promise>"\n';
const RUN = ['run', 'parallel/TS-0001-sample', '--no-qa', '--retries', '0'];
const WALLS = { COX_SANDBOX: 'auto' };

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function projectWithScript(): { readonly made: Project; readonly tools: string; readonly script: string } {
  const made = makeProject({
    recipe: 'tasks: {}',
    waves: [{ tasks: { 'task-001': { create: 'one.txt' } } }],
  });
  projects.push(made);
  const tools = join(made.root, 'tools');
  mkdirSync(tools);
  const script = join(tools, 'agent.sh');
  writeFileSync(script, SCRIPT);
  chmodSync(script, 0o755);
  return { made, tools, script };
}

test('a script that nobody sees inside is refused before anything is made', {
  skip: WITHOUT_BUBBLEWRAP,
}, async () => {
  const { made, script } = projectWithScript();
  for (const command of [script, `sh ${script}`, `sh '${script}' | tee log`]) {
    const { code, stderr } = await made.cox([...RUN, '--agent-command', command], WALLS);
    assert.equal(code, 3, stderr);
    assert.ok(
      stderr.includes(`${script} cannot be seen in the sandbox; name its folder in sandbox.readable`),
      stderr,
    );
    assert.match(stderr, /commit it/);
  }
  assert.ok(!existsSync(join(made.path, '.git/coxswain/runs')));
  const doctor = await made.cox(['doctor', '--json'], { ...WALLS, COX_AGENT_COMMAND: script });
  assert.ok(doctor.stdout.includes('cannot be seen in the sandbox'), doctor.stdout);
});

test('it is run where its folder is named, and where there are no walls', {
  skip: WITHOUT_BUBBLEWRAP,
}, async () => {
  const { made, tools, script } = projectWithScript();
  const named = { ...WALLS, COX_SANDBOX_READABLE: tools };
  const shown = await made.cox([...RUN, '--agent-command', `sh ${script}`], named);
  assert.equal(shown.code, 0, shown.stdout + shown.stderr);
  const bare = await made.cox([...RUN, '--agent-command', script], { COX_SANDBOX: 'off' });
  assert.equal(bare.code, 0, bare.stdout + bare.stderr);
});
