/**
 * Agents that take what they can get: each is ended with its reason, the next try is told, and the honest one beside
 * them comes through. None of them takes more than the machine can spare, should nothing hold it.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeProject, type Project, processesIn } from './lib/project.ts';
import { until } from './lib/until.ts';

const HUNGRY = {
  // Up to 300 MB, for 90 seconds.
  'task-001': `const held = []; setInterval(() => { if (held.length < 30) held.push(Buffer.alloc(1e7, 1)); }, 10);`,
  // Up to 80 processes, for 90 seconds; none of them hears SIGTERM.
  'task-002': `
    process.on('SIGTERM', () => {});
    let started = 0;
    setInterval(() => {
      for (let i = 0; i < 8 && started < 80; i += 1, started += 1)
        spawn('sh', ['-c', 'trap "" TERM; sleep 90'], { detached: true, stdio: 'ignore' }).on('error', () => {});
    }, 10);`,
  // Up to 100 MB of files, for 90 seconds.
  'task-003': `
    let files = 0;
    setInterval(() => { if (files < 10) writeFileSync('filler' + files++, Buffer.alloc(1e7, 1)); }, 20);`,
};
const LIMITS = {
  COX_SANDBOX_MEMORY: '150MB',
  COX_SANDBOX_PROCESSES: '60',
  COX_SANDBOX_DISK: '40MB',
  COX_RETRIES: '1',
  // What they leave behind lies in no scope.
  COX_CHECKS_ENABLED: 'false',
  COX_BACKOFF_FIRST: '10ms',
};

/** The second try says what it was told, and does as it should. */
const AGENT = `
  const { spawn } = require('node:child_process');
  const { readFileSync, writeFileSync } = require('node:fs');
  const { COX_TASK_ID: task, COX_ATTEMPT: attempt, COX_PROMPT_FILE: prompt } = process.env;
  const hungry = { ${Object.entries(HUNGRY)
    .map(([task, text]) => `${JSON.stringify(task)}: () => { ${text} }`)
    .join(', ')} };
  if (attempt === '1' && task in hungry) {
    hungry[task]();
    setTimeout(() => process.exit(1), 90_000);
  } else {
    writeFileSync(task + '.txt', readFileSync(prompt, 'utf8'));
    console.log('<promise>TASK_DONE: ' + task + '</promise>');
  }
`;

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function hungryProject(): Project {
  const tasks = ['task-001', 'task-002', 'task-003', 'task-004'];
  const project = makeProject({
    files: { 'agent.js': AGENT },
    waves: [{ tasks: Object.fromEntries(tasks.map((id) => [id, { create: `${id}.txt` }])) }],
    recipe: 'default: []\n',
  });
  projects.push(project);
  return project;
}

const hasBubblewrap = spawnSync('bwrap', ['--version']).status === 0;

for (const mode of ['off', 'required']) {
  const skip =
    (process.platform !== 'linux' && 'limits are held on Linux') ||
    (mode === 'required' && !hasBubblewrap && 'bubblewrap is not installed');
  describe(`agents that take too much, with the sandbox ${mode}`, { skip }, () => {
    it('are ended for it and told, and what they do is not felt beside them', {
      timeout: 1_200_000,
    }, async () => {
      const project = hungryProject();
      const run = await project.cox(
        [
          'run',
          project.plan,
          '--ci',
          '--max-parallel',
          '4',
          '--agent-command',
          `'${process.execPath}' agent.js`,
        ],
        { ...LIMITS, COX_SANDBOX: mode },
      );
      assert.equal(run.code, 0, run.stdout + run.stderr);

      const branch = project.git(['branch', '--list', 'integration/*']).trim();
      const told = (task: string): string => project.git(['show', `${branch}:${task}.txt`]);
      assert.match(told('task-001'), /last try did not succeed: ended at a limit: .* memory/);
      assert.match(told('task-002'), /last try did not succeed: ended at a limit: .* processes/);
      assert.match(told('task-003'), /last try did not succeed: ended at a limit: .* to the disk/);
      assert.doesNotMatch(told('task-004'), /last try/);
      assert.match(run.stdout, /task-001 attempt 1 failed, ended at a limit: .*sandbox\.memory/);
      assert.deepEqual(processesIn(project.root), []);
    });
  });
}

it('a run waits while memory is short, says for what, and starts nothing', {
  timeout: 1_200_000,
}, async (context) => {
  if (!existsSync('/proc/meminfo')) return context.skip('reads /proc/meminfo');
  const project = hungryProject();
  const run = project.start(['run', project.plan, '--ci', '--agent-command', 'echo x >"$STARTS"'], {
    COX_ADMISSION_MEMORY: '900000GB',
    STARTS: join(project.root, 'starts'),
  });
  await Promise.race([until(() => run.stderr().includes('memory is short')), run.ended]);
  assert.match(run.stderr(), /memory is short/);
  run.kill('SIGTERM');
  await run.ended;
  assert.ok(!existsSync(join(project.root, 'starts')));
  assert.match(run.stderr(), /are available, and agents are started from 900000 GB on/);
});
