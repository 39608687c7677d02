/** A plan of parallel groups in one Markdown file, run by the real binary from `validate` to the marks in the file. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { linesOf, makeProject, type Project } from './lib/project.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

const PLAN = `# Multi-Agent Plan: Shop login

We build a login.

### Parallel Group 1: Design (Days 1-2)
**Duration**: 2 days
**Dependencies**: None

- [x] 1.1: Design the token (Architect-1, 4h) ✅ 1h 2min

### Parallel Group 2: Core Auth
**Duration**: 3 days
**Dependencies**: Group 1 complete

- [ ] 2.1: Implement the token service (Builder-1, 6h)
- [ ] 2.2: Create the user model (Builder-1, 4h)
- [ ] 2.3: Build the sign-up endpoint (Builder-2, Builder-3) ⏭️ Moved to Group 3
- [ ] 2.4: Write flow tests (Validator-1, 6h)

### Parallel Group 3: Whole test suite
**Dependencies**: All previous groups complete

- Task: Unit tests (Validator-1)

## Notes

Prices are in cents.
`;

const RECIPE = `
tasks:
  "2.1": [{run: "sleep 0.5"}, {write: {path: token.txt, text: token}}, commit: token]
  "2.2": [{write: {path: user.txt, text: user}}, commit: user]
  "2.3": [{write: {path: signup.txt, text: signup}}, commit: signup]
  "2.4":
    - run: 'until grep -q in_progress "$RUN/status/validator-1.status"; do sleep 0.1; done; cp "$RUN"/*.json "$RUN/../../during"'
    - run: 'printf "A note of mine.\\\\n" >> "$PLAN"'
    - write: {path: flow.txt, text: flow}
    - commit: flow
  pg3-task-1: [{assertFile: token.txt}, {say: all green}]
`;

function project(): Project {
  const made = makeProject({
    waves: [],
    recipe: RECIPE,
    files: {
      'MULTI_AGENT_PLAN.md': PLAN,
      'package.json': JSON.stringify({ name: 'shop', private: true, scripts: { test: 'node -e 0' } }),
      'coxswain.config.yaml': 'agent:\n  driver: recipe\n  recipe: recipe.yaml\n  environment: [PLAN, RUN]\n',
      '.claude/agents/builder.md':
        '---\nname: builder\ntools: Read, Edit\nmodel: opus\n---\nYou build small things.\n',
      'parallel/TS-0001-sample/manifest.json': '{}',
    },
  });
  projects.push(made);
  return made;
}

describe('a plan of parallel groups', () => {
  it('is validated, shown, run to its end and marked; what the user writes meanwhile stays', {
    timeout: 1_200_000,
  }, async () => {
    const made = project();
    const plan = join(made.path, 'MULTI_AGENT_PLAN.md');
    const valid = JSON.parse((await made.cox(['validate', 'MULTI_AGENT_PLAN.md', '--json'])).stdout);
    assert.equal(valid.valid, true);
    assert.equal(valid.format, 'plan-md');
    assert.equal(valid.plan.tasks, 6);

    const shown = (await made.cox(['plan', '.'])).stdout;
    assert.match(shown, /Group 2 after 1: Core Auth \(3 days\)/);
    assert.match(shown, /1\.1: Design the token \[Architect-1\].*\(done before\)/);
    assert.match(
      shown,
      /2\.3: .*\(reviewed by Builder-3\) \(on agent\/builder-2\/build-the-sign-up-endpoint\)/,
    );
    assert.match(shown, /pg3-task-1: Unit tests \[Validator-1\].*\(may change nothing\)/);

    made.git(['branch', 'agent/builder-1/create-the-user-model']);
    const seen = join(made.root, 'seen');
    const folder = join(made.path, 'MULTI_AGENT_PLAN-run');
    const qa = `echo "$COX_TASK_ID $COX_AGENT" >> '${seen}'; grep -q 'You build small things' "$COX_PROMPT_FILE" && echo "$COX_TASK_ID role" >> '${seen}'; echo "<promise>TASK_APPROVED: $COX_TASK_ID</promise>"`;
    const ran = await made.cox(['run', 'MULTI_AGENT_PLAN.md', '--qa-command', qa], {
      PLAN: plan,
      RUN: folder,
    });
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);

    const status = JSON.parse((await made.cox(['status', '--json'])).stdout);
    assert.equal(status.counts.merged, 5);
    const dashboard = (await made.cox(['status'])).stdout.trimEnd().split('\n');
    assert.match(dashboard[0] ?? '', /^Parallel Execution: Group 3 - Whole test suite \(Started: /);
    assert.ok(dashboard.includes('Agent: Builder-2 (2.3: Build the sign-up endpoint)'), dashboard.join('\n'));
    assert.match(dashboard.at(-1) ?? '', /^Completed: 5\/5 \| Failed: 0\/5 \| Runtime: \d\d:\d\d:\d\d$/);
    assert.equal(status.counts['done-before'], 1);
    const branches = status.tasks.map((task: { branch: string | null }) => task.branch);
    assert.deepEqual(branches.slice(1, 3), [
      'agent/builder-1/implement-the-token-service',
      'agent/builder-1/create-the-user-model-2',
    ]);
    assert.ok(linesOf(seen).includes('2.3 Builder-3'));
    assert.ok(linesOf(seen).includes('2.3 role'));
    const files = made.git(['ls-tree', '--name-only', status.run.integrationBranch]).split('\n');
    for (const name of ['token.txt', 'user.txt', 'signup.txt', 'flow.txt'])
      assert.ok(files.includes(name), name);

    const text = readFileSync(plan, 'utf8');
    assert.match(text, /Group 2: Core Auth ✅ COMPLETED\n\*\*Duration\*\*: 3 days → \*\*Actual\*\*: \d/);
    assert.match(text, /- \[x\] 2\.1: Implement the token service \(Builder-1, 6h\) ✅ \d+/);
    assert.match(text, /- \[x\] 2\.3: .* ⏭️ Moved to Group 3 ✅ \d+/);
    assert.match(text, /- Task: Unit tests \(Validator-1\) ✅ \d+/);
    assert.ok(text.endsWith('Prices are in cents.\nA note of mine.\n'));
    assert.equal(
      text
        .replace(/\n\n\*\*Execution Report\*\*: MULTI_AGENT_PLAN-run\/reports\/exec_\d{8}_\d{6}\.md/g, '')
        .replace(/ ✅ COMPLETED| → \*\*Actual\*\*: \S+| (?:✅|⚠️) (?:\d+min )?\d+s(?: \(warnings\))?/g, '')
        .replaceAll('[x] 2.', '[ ] 2.'),
      `${PLAN}A note of mine.\n`,
    );

    assert.ok(existsSync(join(folder, 'report.json')) && existsSync(join(folder, 'execution-report.md')));
    assert.deepEqual(made.git(['status', '--porcelain']).split('\n'), [' M MULTI_AGENT_PLAN.md']);
    const json = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));
    const execution = json('PARALLEL_EXECUTION_STATUS.json');
    assert.match(execution.execution_id, /^exec_\d{8}_\d{6}$/);
    assert.equal(execution.status, 'completed');
    assert.deepEqual(execution.completed_tasks, ['2.1', '2.2', '2.3', '2.4', 'pg3-task-1']);
    // The last has no task, and reviews one.
    assert.deepEqual(Object.keys(execution.agents), ['builder-1', 'builder-2', 'validator-1', 'builder-3']);
    assert.deepEqual(
      [execution.agents['builder-3'].task_id, json('status/builder-3.status').current_step],
      ['2.3', 'has approved the work'],
    );
    assert.equal(execution.agents['builder-1'].branch, 'agent/builder-1/create-the-user-model-2');
    const during = JSON.parse(readFileSync(join(made.root, 'during'), 'utf8'));
    assert.equal(during.execution_id, execution.execution_id);
    assert.equal(during.status, 'in_progress');
    assert.deepEqual(during.failed_tasks, []);
    const { last_update, ...own } = json('status/builder-1.status');
    assert.ok(Date.parse(last_update) >= Date.parse(execution.started_at));
    assert.deepEqual(own, {
      agent: 'builder-1',
      status: 'completed',
      progress_percent: 100,
      current_step: 'done',
      has_error: false,
    });
    const execution1 = readFileSync(join(folder, 'reports', `${execution.execution_id}.md`), 'utf8');
    assert.match(execution1, /\n\| 2\\\.1 \| 6h 0min \| \d+s \|\n/);
    const report1 = json('outputs/builder-1/validation_report.json');
    assert.deepEqual(
      report1.tasks.map((task: { task_id: string }) => task.task_id),
      ['2.1', '2.2'],
    );
    assert.equal(report1.status, 'COMPLETE_VALIDATED');
    assert.equal(report1.validations.tests.passed, true);
    assert.equal(report1.validations.lint.status, 'not run');
    const bundle = (name: string) => readFileSync(join(folder, 'outputs', 'builder-1', name), 'utf8');
    assert.equal(bundle('files_changed.txt'), 'token.txt\nuser.txt\n');
    assert.match(bundle('changes.diff'), /\+token\n[\s\S]*\+user\n/);
    assert.match(bundle('lint_results.txt'), /not run: /);
    assert.match(bundle('builder-1.log'), /=== attempt 1 /);

    // The marks make no dirty checkout, and all of it is done.
    const again = await made.cox(['run', 'MULTI_AGENT_PLAN.md']);
    assert.equal(again.code, 0, again.stdout + again.stderr);
    const merge = `cox integrate ${status.run.id} --into main`;
    assert.match(
      again.stderr,
      /cox: 2\.1, 2\.2, 2\.3 and 2 more are done by run \S+, and this run begins without/,
    );
    assert.ok(again.stderr.includes(merge), again.stderr);
    assert.equal(JSON.parse((await made.cox(['status', '--json'])).stdout).counts['done-before'], 6);
    const report = await made.cox(['report']);
    assert.equal(report.code, 0, report.stderr);
    // Such a run has nothing to show in place of what the one before has left.
    assert.match(again.stdout, /^Run \S+ succeeded: nothing was left to do$/m);
    assert.equal(json('PARALLEL_EXECUTION_STATUS.json').execution_id, execution.execution_id);
    assert.equal(json('report.json').run_id, status.run.id);
    assert.equal(bundle('files_changed.txt'), 'token.txt\nuser.txt\n');
    assert.ok(existsSync(join(folder, 'status', 'builder-1.status')));
  });

  it('with faults is refused before anything is made', async () => {
    const made = project();
    made.write({ 'MULTI_AGENT_PLAN.md': '# Nothing\n' });
    const ran = await made.cox(['run', 'MULTI_AGENT_PLAN.md', '--allow-dirty']);
    assert.equal(ran.code, 1);
    assert.match(ran.stderr, /MULTI_AGENT_PLAN\.md:1:1 error no-groups: .*looked for/);
    made.write({ 'other.md': '# Nothing\n', 'docs/a.md': '# A\n' });
    const other = await made.cox(['run', 'other.md']);
    assert.equal(other.code, 2);
    assert.match(other.stderr, /^cox: other\.md is no plan that can be read: looked for/);
    // Places are told as the plan was: from the current folder, or whole.
    const plan = join(made.path, 'MULTI_AGENT_PLAN.md');
    for (const [given, shown] of [
      ['../MULTI_AGENT_PLAN.md', '../MULTI_AGENT_PLAN.md'],
      ['..', '../MULTI_AGENT_PLAN.md'],
      [plan, plan],
    ] as const) {
      const { stdout } = await made.cox(['-C', 'docs', 'validate', given]);
      assert.ok(stdout.startsWith(`${shown}:1:1 error no-groups`), stdout);
    }
    const missing = await made.cox(['-C', 'docs', 'validate', 'none/plan.md']);
    assert.match(missing.stderr, /^cox: there is no file or folder none\/plan\.md\n/);
    assert.ok(!missing.stderr.includes(made.root), missing.stderr);
  });
});
