/** The commands of the real binary on a small real plan: exit codes, and what stands on standard output. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeProject, type Project, type ProjectFiles } from './lib/project.ts';
import { until } from './lib/until.ts';

const FINE = `
default:
  - run: 'echo "$COX_TASK_ID" > "$COX_TASK_ID.txt"'
`;
const WAVES = [
  { tasks: { 'task-001': { create: 'task-001.txt' } } },
  { tasks: { 'task-002': { create: 'task-002.txt', deps: 'task-001' } } },
];
/** Says that it is done as the prompt tells, and does nothing else wrong. */
const AGENT = 'echo "$COX_TASK_ID" > "$COX_TASK_ID.txt" && echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(files: Partial<ProjectFiles> = {}): Project {
  const made = makeProject({ waves: WAVES, recipe: FINE, ...files });
  projects.push(made);
  return made;
}

describe('the commands', () => {
  it('validate and plan a plan, also outside of any repository', async () => {
    const made = project();
    const valid = await made.cox(['validate', made.plan, '--json']);
    assert.equal(valid.code, 0, valid.stdout + valid.stderr);
    const json = JSON.parse(valid.stdout);
    assert.equal(json.valid, true);
    assert.equal(json.format, 'manifest');
    assert.equal(json.plan.tasks, 2);
    assert.deepEqual(
      json.plan.groups.map((group: { number: number; tasks: string[] }) => [group.number, group.tasks]),
      [
        [1, ['task-001']],
        [2, ['task-002']],
      ],
    );
    const outside = await made.cox(['-C', made.env['HOME'] ?? '', 'validate', join(made.path, made.plan)]);
    assert.equal(outside.code, 0, outside.stderr);
    const plan = await made.cox(['plan', made.plan]);
    assert.equal(plan.code, 0, plan.stderr);
    assert.match(plan.stdout, /Execution Mode: SEQUENTIAL/);
    assert.equal(made.git(['branch', '--list', 'integration/*']), '');
  });

  it('refuse a broken plan with 1, no plan with 2, and what is no plan with 2', async () => {
    const made = project();
    made.write({ [`${made.plan}/manifest.json`]: '{"tech_spec_id": ' });
    const broken = await made.cox(['run', made.plan]);
    assert.equal(broken.code, 1, broken.stdout + broken.stderr);
    assert.match(broken.stderr, /manifest\.json:\d+:\d+/);
    assert.equal((await made.cox(['validate', 'no/such/folder'])).code, 2);
    assert.equal((await made.cox(['validate', 'README.md'])).code, 2);
    const limit = await made.cox(['validate', made.plan, '--max-parallel', 'zz']);
    assert.equal(limit.code, 2);
    assert.match(limit.stderr, /--max-parallel/);
    assert.equal((await made.cox(['run', made.plan, '--store', 'x'])).code, 2);
  });

  it('refuse dependencies without exact versions, unless they are allowed', async () => {
    const made = project();
    const file = `${made.plan}/manifest.json`;
    const manifest: unknown = JSON.parse(readFileSync(join(made.path, file), 'utf8'));
    made.write({
      [file]: JSON.stringify(Object.assign({}, manifest, { dependencies: { node: { add: ['zod@^3'] } } })),
    });
    for (const command of ['validate', 'plan']) {
      const refused = await made.cox([command, made.plan]);
      assert.equal(refused.code, 1, refused.stderr);
      assert.match(refused.stdout + refused.stderr, /error dependency-unpinned/);
      const allowed = await made.cox([command, made.plan, '--allow-unpinned']);
      assert.equal(allowed.code, 0, allowed.stderr);
      assert.match(allowed.stdout + allowed.stderr, /warning dependency-unpinned/);
    }
  });

  it('check scopes for the schedule that is asked for', async () => {
    const task = { create: '[]' };
    const made = project({ waves: [{ tasks: { 'task-001': task } }, { tasks: { 'task-002': task } }] });
    for (const id of ['task-001', 'task-002']) {
      const file = `${made.plan}/tasks/${id}-part.md`;
      const text = readFileSync(join(made.path, file), 'utf8');
      made.write({ [file]: text.replace('MODIFY: []', 'MODIFY: shared.txt') });
    }
    assert.equal((await made.cox(['plan', made.plan])).code, 0);
    const refused = await made.cox(['plan', made.plan, '--schedule', 'dag']);
    assert.equal(refused.code, 1, refused.stderr);
    assert.match(refused.stderr, /task-001 and task-002 .*shared\.txt/);
  });

  it('run a plan with a shell command; every command agrees on how it went', async () => {
    const made = project({ config: 'mergeTest: test -f README.md\n' });
    const ran = await made.cox(['run', made.plan, '--json', '--agent-command', AGENT]);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    const events = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
    assert.equal(events.at(-1).type, 'run.finished');
    assert.equal(events.at(-1).status, 'succeeded');

    const status = JSON.parse((await made.cox(['status', made.plan, '--json'])).stdout);
    assert.equal(status.run.status, 'succeeded');
    assert.equal(status.counts.merged, 2);
    assert.equal(made.git(['show', `${status.run.integrationBranch}:task-002.txt`]), 'task-002');
    assert.equal(made.git(['status', '--porcelain']), '', 'the checkout is as it was');
    assert.equal((await made.cox(['wait'])).code, 0);
    assert.match((await made.cox(['logs', 'task-001'])).stdout, /TASK_DONE: task-001/);
    assert.equal(JSON.parse((await made.cox(['report', '--json'])).stdout).status, 'succeeded');
    assert.match((await made.cox(['report'])).stdout, /SUCCESS/);
    assert.ok(existsSync(join(made.path, made.plan, 'report.json')));
    assert.match(readFileSync(join(made.path, made.plan, 'logs/task-001.log'), 'utf8'), /TASK_DONE/);
    assert.equal((await made.cox(['resume'])).code, 0);
    assert.equal((await made.cox(['cancel'])).code, 3);
    assert.equal((await made.cox(['retry', 'task-001'])).code, 3);
  });

  it('come back from a failure: exit 1, mend, retry, 0', async () => {
    const made = project({ config: 'retries: 0\n' });
    const flag = join(made.root, 'mended');
    const agent = `test -f '${flag}' || { echo no flag >&2; exit 7; }; ${AGENT}`;
    const failed = await made.cox(['run', made.plan, '--agent-command', agent]);
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /task-001 failed: the agent exited with 7: no flag; see its log/);
    assert.match(readFileSync(join(made.path, made.plan, 'logs/task-001.log'), 'utf8'), /^! no flag$/m);
    assert.equal((await made.cox(['wait', '--task', 'task-001'])).code, 1);
    made.write({ mended: '' }, made.root);
    assert.equal((await made.cox(['retry', 'task-001'])).code, 0);
    // The run has its agent: what the config lacks for another run does not keep it.
    made.commit(
      { 'coxswain.config.yaml': 'agent: {driver: command}\n' },
      'Each gives a command of their own',
    );
    const resumed = await made.cox(['resume']);
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
  });

  it('refuse a dirty checkout with 3, and name what is dirty', async () => {
    const made = project();
    made.write({ 'README.md': '# Changed\n' });
    const refused = await made.cox(['run', made.plan]);
    assert.equal(refused.code, 3, refused.stderr);
    assert.match(refused.stderr, /README\.md/);
    assert.equal((await made.cox(['run', made.plan, '--allow-dirty', '--one-group'])).code, 4);
    const again = await made.cox(['run', made.plan]);
    assert.equal(again.code, 3);
    assert.doesNotMatch(again.stderr, /begins anew/, 'nothing has begun');
    const anew = await made.cox(['run', made.plan, '--allow-dirty']);
    assert.equal(anew.code, 0, anew.stderr);
    assert.match(anew.stderr, /was left unfinished, and this one begins anew/);
    assert.equal(made.git(['status', '--porcelain']), ' M README.md');
  });

  it('refuse a folder that is in no repository with 3, an agent that is not there with 3, one that nobody knows with 2', async () => {
    const made = project();
    const home = made.env['HOME'] ?? '';
    const nowhere = await made.cox(['-C', home, 'run', join(made.path, made.plan)], {
      GIT_CEILING_DIRECTORIES: made.root,
    });
    assert.equal(nowhere.code, 3, nowhere.stderr);
    const unknown = await made.cox(['run', made.plan, '--agent', 'nobody']);
    assert.equal(unknown.code, 2, unknown.stderr);
    const missing = await made.cox(['run', made.plan, '--agent-command', 'no-such-agent -p "$(cat)"']);
    assert.equal(missing.code, 3, missing.stderr);
    assert.match(missing.stderr, /no-such-agent was not found/);
    assert.equal(made.git(['branch', '--list', 'cox/*', 'integration/*']), '');
    assert.match(unknown.stderr, /nobody/);
  });

  it('say which agents there are where none is chosen, with 3', async () => {
    const made = project({ files: { 'coxswain.config.yaml': 'maxParallel: 2\n' } });
    const refused = await made.cox(['run', made.plan]);
    assert.equal(refused.code, 3, refused.stderr);
    assert.match(refused.stderr, /no agent is chosen.*--agent claude-code.*--agent-command/s);
  });

  it('stop at a checkpoint with 4, and go on', async () => {
    const made = project();
    const first = await made.cox(['run', made.plan, '--one-group']);
    assert.equal(first.code, 4, first.stdout + first.stderr);
    assert.match(first.stdout, /Go on with: cox resume \S+\n$/);
    assert.equal((await made.cox(['resume'])).code, 0);
  });
});

describe('a run that goes on', () => {
  const SLOW = { config: 'grace: 2s\n' };
  const slow = (made: Project) => `while [ ! -f '${join(made.root, 'go')}' ]; do sleep 0.1; done; ${AGENT}`;

  async function isRunning(made: Project): Promise<boolean> {
    const { code, stdout } = await made.cox(['status', '--json']);
    return code === 0 && JSON.parse(stdout).counts.running === 1;
  }

  it('is detached, watched, paused, waited for, and refuses a second owner', async () => {
    const made = project(SLOW);
    const detached = await made.cox(['run', made.plan, '--detach', '--agent-command', slow(made)]);
    assert.equal(detached.code, 0, detached.stderr);
    const run = detached.stdout.trim();
    await until(() => isRunning(made));
    const second = await made.cox(['resume', run]);
    assert.equal(second.code, 3);
    assert.match(second.stderr, /driven by process \d+ on /);
    assert.equal((await made.cox(['pause'])).code, 0);
    assert.equal((await made.cox(['resume'])).code, 0);
    const waiting = made.start(['wait', run]);
    made.write({ go: '' }, made.root);
    const waited = await waiting.ended;
    assert.equal(waited.code, 0, waited.stderr);
  });

  it('ends with 130 on two interrupts and with 143 on SIGTERM, keeps its state, and is resumed', async () => {
    const made = project(SLOW);
    const first = made.start(['run', made.plan, '--agent-command', slow(made)]);
    await until(() => isRunning(made));
    first.kill('SIGINT');
    await until(() => first.stderr().includes('agents that run may end'));
    first.kill('SIGINT');
    const interrupted = await first.ended;
    assert.equal(interrupted.code, 130, interrupted.stdout + interrupted.stderr);
    assert.match(interrupted.stdout, /Go on with: cox resume \S+\n$/);

    const second = made.start(['resume']);
    await until(() => isRunning(made));
    second.kill('SIGTERM');
    assert.equal((await second.ended).code, 143);

    made.write({ go: '' }, made.root);
    const last = await made.cox(['resume']);
    assert.equal(last.code, 0, last.stdout + last.stderr);
  });

  it('outlives its terminal and its reader', async () => {
    const made = project(SLOW);
    const run = made.start(['run', made.plan, '--agent-command', slow(made)]);
    await until(() => isRunning(made));
    run.kill('SIGHUP');
    run.closeOutput();
    made.write({ go: '' }, made.root);
    assert.equal((await run.ended).code, 0);
  });

  it('is cancelled from another terminal with 1', async () => {
    const made = project(SLOW);
    const run = made.start(['run', made.plan, '--agent-command', slow(made)]);
    await until(() => isRunning(made));
    assert.equal((await made.cox(['cancel'])).code, 0);
    assert.equal((await run.ended).code, 1);
  });
});
