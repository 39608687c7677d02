/** Decomposer plans with the real binary: the decision, the groups, the progress file. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parse } from 'yaml';
import { linesOf, makeProject, type Project } from './lib/project.ts';
import { until } from './lib/until.ts';

const PLAN = '.claude/plans/auto-page.md';
const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function task(number: number, depends = 'none'): string {
  return `### Task ${number}: Part ${number}\n- Depends on: ${depends}\n- Files: part-${number}.txt\n- Done when: file part-${number}.txt exists\n- Complexity: S\n`;
}

const RECIPE = `
default:
  - run: 'echo "$COX_TASK_ID" > "part-\${COX_TASK_ID#task-}.txt"'
`;

/** Of tasks, by name. */
function branches(made: Project): readonly string[] {
  return made.git(['branch', '--list', 'auto/*', '--format=%(refname:short)']).split('\n');
}

function project(tasks: readonly string[], context?: string, recipe = RECIPE): Project {
  const made = makeProject({
    waves: [],
    files: {
      [PLAN]: `# Page\n\n${tasks.join('\n')}`,
      ...(context === undefined ? {} : { '.claude/auto-context.yaml': context }),
    },
    recipe,
  });
  projects.push(made);
  return made;
}

const five = [task(1), task(2), task(3), task(4), task(5, '1')];

describe("a decomposer's plan", { timeout: 1_200_000 }, () => {
  it('leaves worktrees for the next run, or none where it is to clean up and all is merged', async () => {
    const trees = (made: Project): number => made.git(['worktree', 'list']).split('/slot-').length - 1;
    const kept = project([task(1), task(2)], 'parallelization:\n  auto_cleanup: false\n');
    assert.equal((await kept.cox(['run', PLAN, '--yes'])).code, 0);
    assert.ok(trees(kept) > 0);
    const cleaned = project([task(1), task(2)], 'parallelization:\n  auto_cleanup: true\n');
    const run = await cleaned.cox(['run', PLAN, '--yes']);
    assert.equal(run.code, 0, run.stdout + run.stderr);
    assert.equal(trees(cleaned), 0);
    assert.deepEqual(branches(cleaned), ['auto/task-1', 'auto/task-2']);
    const failing = 'default: [{exit: 1}]\n';
    const failed = project(
      [task(1), task(2)],
      'parallelization:\n  auto_cleanup: true\n  retry_on_failure: 0\n',
      failing,
    );
    assert.equal((await failed.cox(['run', PLAN, '--yes'])).code, 1);
    assert.ok(trees(failed) > 0, 'what has failed is left for a look');
  });

  it('has the same groups for validate, plan and run', async () => {
    const made = project(five, 'parallelization:\n  max_agents: 2\n');
    const groupsOf = async (args: readonly string[], env = {}): Promise<unknown> => {
      const { stdout } = await made.cox([...args, PLAN, '--json'], env);
      const { plan, groups = plan.groups } = JSON.parse(stdout);
      return groups.map((group: { tasks: unknown }) => group.tasks);
    };
    const two = [['task-1', 'task-2'], ['task-3', 'task-4'], ['task-5']];
    assert.deepEqual(await groupsOf(['validate']), two);
    assert.deepEqual(await groupsOf(['plan']), two);
    const three = [['task-1', 'task-2', 'task-3'], ['task-4'], ['task-5']];
    for (const command of ['validate', 'plan']) {
      assert.deepEqual(await groupsOf([command, '--max-parallel', '3']), three, command);
      assert.deepEqual(await groupsOf([command], { AUTO_PARALLEL_MAX_AGENTS: '3' }), three, command);
    }
    made.write({ '.claude/auto-context.yaml': 'parallelization:\n  max_agents: many\n' });
    const broken = await made.cox(['validate', PLAN]);
    assert.equal(broken.code, 2, broken.stdout);
    assert.match(broken.stderr, /auto-context\.yaml:2:\d+ /);
  });

  it('in parallel: groups no larger than max_agents, branches of its own, and its progress kept', async () => {
    const made = project(five, 'parallelization:\n  max_agents: 2\n  retry_on_failure: 1\n');
    const ran = await made.cox(['run', PLAN]);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    assert.match(
      ran.stderr,
      new RegExp(
        [
          '⚡ Execution Mode: PARALLEL',
          '   Tasks: 5 independent files detected',
          '   Agents: 2 \\(limited by max_agents config\\)',
          '',
          '   Parallel Group 1:',
          '     ├── Agent 1: \\[worktree-1\\] part-1.txt',
          '     └── Agent 2: \\[worktree-2\\] part-2.txt',
          '',
          '   Parallel Group 2 \\(after Group 1\\):',
        ].join('\n'),
      ),
    );
    const progress = parse(readFileSync(join(made.path, '.claude/auto-progress.yaml'), 'utf8'));
    assert.equal(progress.status, 'succeeded');
    assert.equal(progress.parallel_group, null);
    assert.deepEqual(Object.keys(progress.tasks), ['task-1', 'task-2', 'task-3', 'task-4', 'task-5']);
    assert.deepEqual(
      [progress.tasks['task-5'].status, progress.tasks['task-5'].group, progress.tasks['task-5'].branch],
      ['done', 3, 'auto/task-5'],
    );
    assert.deepEqual(
      branches(made),
      five.map((_, index) => `auto/task-${index + 1}`),
    );
    // Its own files are no reason to refuse the next run.
    const again = await made.cox(['run', PLAN]);
    assert.equal(again.code, 0, again.stdout + again.stderr);
  });

  it('of some groups: what is shown is of these alone, and what they build on is told', async () => {
    const made = project([...five, task(6, '1'), task(7, '1')]);
    const ran = await made.cox(['run', PLAN, '--only', '2']);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    assert.match(
      ran.stderr,
      /^cox: task-1, task-2, task-3 and task-4 are not done and are left out by --only; task-5, task-6 and task-7 begin without them\.$/m,
    );
    assert.match(ran.stderr, / {3}Tasks: 3 independent files detected\n/);
    assert.doesNotMatch(ran.stderr, /Parallel Group 1/);
  });

  it("of another repository: its progress and the session are those of the run's", async () => {
    const made = project([task(9)]);
    const other = project([task(1), task(2), task(3)]);
    for (const each of [made, other]) assert.equal((await each.cox(['state', 'init', 'PLAN'])).code, 0);
    made.git(['add', '.']);
    made.git(['commit', '--quiet', '-m', 'A session']);
    const ran = await made.cox(['run', join(other.path, PLAN)]);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    const progress = parse(readFileSync(join(made.path, '.claude/auto-progress.yaml'), 'utf8'));
    assert.deepEqual(Object.keys(progress.tasks), ['task-1', 'task-2', 'task-3']);
    assert.ok(existsSync(join(made.path, '.claude/auto-memory/parallel-group-1-summary.md')));
    assert.deepEqual(
      [(await made.cox(['state'])).stdout, (await other.cox(['state'])).stdout],
      ['INTEGRATE\n', 'PLAN\n'],
    );
    assert.deepEqual(readdirSync(join(other.path, '.claude')).toSorted(), [
      'auto-state-machine.yaml',
      'plans',
    ]);
    // Tracked as it is, the session that the run has changed is no reason to refuse the next.
    const again = await made.cox(['run', join(other.path, PLAN)]);
    assert.equal(again.code, 0, again.stdout + again.stderr);
  });

  it('that wants what is merged to be tested is refused without a test, and runs with one', async () => {
    const made = project(five.slice(0, 3), 'parallelization:\n  require_integration_validation: true\n');
    const ran = await made.cox(['run', PLAN]);
    assert.equal(ran.code, 3, ran.stdout + ran.stderr);
    assert.match(
      ran.stderr,
      /auto-context\.yaml:2:35 require_integration_validation asks for a test of what is merged/,
    );
    assert.equal(made.git(['branch', '--list', 'integration/*']), '');
    const tested = await made.cox(['run', PLAN, '--merge-test', 'true']);
    assert.equal(tested.code, 0, tested.stdout + tested.stderr);
    assert.doesNotMatch(tested.stderr, /require_integration_validation/);
  });

  it('one by one, with the reason, below the threshold and as the environment says', async () => {
    const made = project([task(1), task(2, '1')]);
    const ran = await made.cox(['run', PLAN]);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    assert.match(
      ran.stderr,
      /⏸️ Execution Mode: SEQUENTIAL\n {3}Reason: Only 2 files with dependencies\n {3}Order: part-1\.txt → part-2\.txt\n\n {3}Skipping parallel orchestration \(threshold not met\)\n/,
    );
    const mode = async (env: Readonly<Record<string, string>>) => {
      const { settings, mode: found } = JSON.parse((await wide.cox(['plan', PLAN, '--json'], env)).stdout);
      return `${found.is} ${settings.maxParallel}`;
    };
    const wide = project(five);
    assert.equal(await mode({}), 'parallel 5');
    assert.equal(await mode({ AUTO_PARALLEL_MIN_TASKS: '5' }), 'sequential 1');
    assert.equal(await mode({ AUTO_PARALLEL_ENABLED: 'false' }), 'sequential 1');
    const disabled = await wide.cox(['plan', PLAN], { AUTO_PARALLEL_ENABLED: 'false' });
    assert.match(disabled.stdout, /Reason: Parallelization is disabled \(AUTO_PARALLEL_ENABLED\)\n/);
    assert.equal(await mode({ COX_ADMISSION_DISK: '900000GB' }), 'sequential 1');
    assert.equal(await mode({ AUTO_PARALLEL_ENABLED: 'false', COX_PARALLEL_ENABLED: 'true' }), 'parallel 5');
  });

  it('one group a session: a checkpoint after each, and resume goes on', async () => {
    const made = project([...five.slice(0, 3), task(4, '1')], 'session:\n  one_group: true\n');
    const first = await made.cox(['run', PLAN]);
    assert.equal(first.code, 4, first.stdout + first.stderr);
    const progress = (): Record<string, unknown> =>
      parse(readFileSync(join(made.path, '.claude/auto-progress.yaml'), 'utf8'));
    assert.deepEqual([progress()['status'], progress()['parallel_group']], ['interrupted', 2]);
    const second = await made.cox(['resume']);
    assert.equal(second.code, 0, second.stdout + second.stderr);
    assert.deepEqual([progress()['status'], progress()['parallel_group']], ['succeeded', null]);
    // The next call goes on, too; a plan that has changed is another one.
    assert.equal((await made.cox(['run', PLAN])).code, 4);
    const { run } = JSON.parse((await made.cox(['status', '--json'])).stdout);
    const before = readFileSync(join(made.path, PLAN), 'utf8');
    writeFileSync(join(made.path, PLAN), before.replace('Part 4', 'Another part'));
    const changed = await made.cox(['run', PLAN, '--allow-dirty']);
    assert.equal(changed.code, 3, changed.stdout);
    assert.match(
      changed.stderr,
      new RegExp(`the plan or its groups have changed since.*cox cancel ${run.id}`, 's'),
    );
    writeFileSync(join(made.path, PLAN), before);
    const third = await made.cox(['run', PLAN]);
    assert.equal(third.code, 0, third.stdout + third.stderr);
    assert.match(third.stderr, new RegExp(`run ${run.id} of this plan waits at its checkpoint, and goes on`));
    assert.equal(JSON.parse((await made.cox(['status', '--json'])).stdout).run.id, run.id);
  });

  it('one group a session: a run that is cancelled at its checkpoint makes way for another', async () => {
    const made = project([...five.slice(0, 3), task(4, '1')], 'session:\n  one_group: true\n');
    const first = await made.cox(['run', PLAN]);
    assert.equal(first.code, 4, first.stdout + first.stderr);
    const { run } = JSON.parse((await made.cox(['status', '--json'])).stdout);
    const cancelled = await made.cox(['cancel', run.id]);
    assert.equal(cancelled.code, 0, cancelled.stderr);
    assert.equal((await made.cox(['run', PLAN])).code, 4);
    assert.notEqual(JSON.parse((await made.cox(['status', '--json'])).stdout).run.id, run.id);
  });

  it('killed at work: who asks how it stands brings its progress in line, and resume goes on', async () => {
    const recipe = `
default:
  - run: 'echo x >> "$STARTS"; until [ -e "$STARTS.go" ]; do sleep 0.05; done; echo x > "part-\${COX_TASK_ID#task-}.txt"'
`;
    const made = project([...five.slice(0, 3), task(4, '1')], undefined, recipe);
    const starts = join(made.root, 'starts');
    const file = join(made.path, '.claude/auto-progress.yaml');
    const progress = (): Record<string, unknown> => parse(readFileSync(file, 'utf8'));
    const first = made.start(['run', PLAN], { STARTS: starts });
    const isShown = (): boolean => existsSync(file) && progress()['status'] === 'running';
    await until(() => linesOf(starts).length === 3 && isShown());
    first.kill('SIGKILL');
    await first.ended;
    const { run } = JSON.parse((await made.cox(['status', '--json'])).stdout);
    assert.equal(progress()['status'], 'interrupted');
    // What is not this run's stays, and nothing is made.
    writeFileSync(file, 'session_id: mine\nstatus: running\n');
    await made.cox(['status']);
    assert.equal(readFileSync(file, 'utf8'), 'session_id: mine\nstatus: running\n');
    rmSync(file);
    await made.cox(['status']);
    assert.ok(!existsSync(file));
    made.write({ 'starts.go': '' }, made.root);
    // Meanwhile another run of the plan takes branches, but none that the first one still has to make.
    const other = await made.cox(['run', PLAN], { STARTS: starts });
    assert.equal(other.code, 0, other.stdout + other.stderr);
    const resumed = await made.cox(['resume', run.id], { STARTS: starts });
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    const twice = (number: number) => [`auto/task-${number}`, `auto/task-${number}-2`];
    assert.deepEqual(branches(made), [1, 2, 3, 4].flatMap(twice));
  });

  it('a broken context is told of with its place, before anything is made', async () => {
    const made = project(five, 'parallelization:\n  max_agents: lots\n');
    const ran = await made.cox(['run', PLAN]);
    assert.equal(ran.code, 2, ran.stdout);
    assert.match(ran.stderr, /\.claude\/auto-context\.yaml:2:15 parallelization\.max_agents: /);
    assert.equal(made.git(['branch', '--list', 'integration/*']), '');
  });
});
