/**
 * One parallel group from its plan to its report, by the real binary: the files that it leaves, field by field as users of
 * such plans know them.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { COX, type Ended, makeProject, type Project, WHOLE_RUN_MS } from './lib/project.ts';
import { until } from './lib/until.ts';

const PLAN = `# Multi-Agent Plan: Shop

### Parallel Group 1: Design

- [x] 1.1: Design the token (Architect-1, 4h) ✅ 1h 2min

### Parallel Group 2: Core Auth
**Duration**: 3 days
**Dependencies**: Group 1 complete

- [ ] 2.1: Implement JWT service (Builder-1, 6h)
- [ ] 2.2: Create User model and repository (Builder-2, 4h)
- [ ] 2.3: Write auth flow integration tests (Validator-1, 6h)

### Parallel Group 3: OAuth2 Integration
**Dependencies**: Group 2 complete

- [ ] 3.1: Talk to a provider (Builder-1, 2h)
`;

const command = (words: string): string => `    - run: ${JSON.stringify(words)}`;
const COPY = `cp "$RUN/PARALLEL_EXECUTION_STATUS.json" "$RUN/../../during.json"; cp "$RUN/agent_pids.txt" "$RUN/../../pids.txt"; cp "$RUN/status/builder-1.status" "$RUN/status/builder-2.status" "$RUN/../.."; cp "$COX_CONTEXT_DIR/agent-context.md" "$RUN/../../context.md"`;

/** All three are at work at once: the first tells the second, and the third looks at what the run shows meanwhile. */
const RECIPE = `
tasks:
  "2.1":
    - write: {path: jwt.service.js, text: "one\\ntwo\\n"}
    - commit: token service
${command(`${COX} message send --from me --to Builder-2 --type interface_contract --subject IUserService`)}
    - progress: {percent: 45, step: Writing unit tests for token verification}
${command('until test -e "$RUN/../../seen"; do sleep 0.1; done')}
  "2.2":
${command(`until ${COX} message inbox 2.2 | grep -q interface_contract; do sleep 0.2; done; ${COX} message ack $(${COX} message inbox 2.2 | cut -d'|' -f1)`)}
${command(`printf '{"progress_percent": 72, "current_step": "Creating repository tests"}' > "$COX_STATUS_FILE"`)}
    - write: {path: user.model.js, text: user}
    - commit: user model
${command('until test -e "$RUN/../../seen"; do sleep 0.1; done')}
  "2.3":
${command('until test $(wc -l < "$RUN/agent_pids.txt") = 3 && grep -Eq "percent.: ?45" "$RUN/status/builder-1.status" && grep -Eq "percent.: ?45" "$RUN/PARALLEL_EXECUTION_STATUS.json" && grep -q "Creating repository tests" "$RUN/status/builder-2.status"; do sleep 0.1; done')}
${command(`${COPY}; touch "$RUN/../../seen"`)}
    - write: {path: flow.test.js, text: flow}
    - commit: flow tests
`;

const CONFIG = `agent:
  driver: recipe
  recipe: recipe.yaml
  environment: [RUN]
checks:
  commands:
    tests: node -e 0
    build: node -e 0
    lint:
      run: test ! -e flow.test.js
      critical: false
`;

describe('a parallel group', { timeout: 1_200_000 }, () => {
  let made: Project;
  let ran: Ended;
  let watched: Ended;
  let folder = '';
  let id = '';
  const read = (...path: readonly string[]): string => readFileSync(join(folder, ...path), 'utf8');
  const json = (...path: readonly string[]) => JSON.parse(read(...path));
  const aside = (name: string): string => readFileSync(join(made.root, name), 'utf8');

  before(
    async () => {
      made = makeProject({
        waves: [],
        recipe: RECIPE,
        files: { 'MULTI_AGENT_PLAN.md': PLAN, 'coxswain.config.yaml': CONFIG },
      });
      folder = join(made.path, 'MULTI_AGENT_PLAN-run');
      const started = made.start(['run', 'MULTI_AGENT_PLAN.md', '--only', '2'], { RUN: folder });
      const shown = join(folder, 'PARALLEL_EXECUTION_STATUS.json');
      await Promise.race([until(() => existsSync(shown)), started.ended]);
      watched = await made.cox(['status', '--watch']);
      ran = await started.ended;
      id = json('PARALLEL_EXECUTION_STATUS.json').execution_id;
    },
    { timeout: WHOLE_RUN_MS },
  );
  after(() => made.remove());

  it('comes to its end', () => {
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    assert.match(ran.stderr, /Pre-flight: go, /);
    assert.match(id, /^exec_\d{8}_\d{6}$/);
  });

  it('shows how it stands while it goes on', () => {
    const during = JSON.parse(aside('during.json'));
    assert.deepEqual(Object.keys(during), [
      'execution_id',
      'parallel_group',
      'started_at',
      'status',
      'agents',
      'completed_tasks',
      'failed_tasks',
    ]);
    assert.equal(during.parallel_group, 'Group 2: Core Auth');
    assert.equal(during.status, 'in_progress');
    assert.deepEqual(Object.keys(during.agents), ['builder-1', 'builder-2', 'validator-1']);
    const { started_at: at, worktree, ...first } = during.agents['builder-1'];
    assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
    assert.ok(existsSync(worktree));
    assert.deepEqual(first, {
      task_id: '2.1',
      task: 'Implement JWT service',
      status: 'in_progress',
      progress_percent: 45,
      branch: 'agent/builder-1/implement-jwt-service',
    });
    const { last_update: updated, ...status } = JSON.parse(aside('builder-1.status'));
    assert.ok(Date.parse(updated) >= Date.parse(during.started_at));
    assert.deepEqual(status, {
      agent: 'builder-1',
      status: 'in_progress',
      progress_percent: 45,
      current_step: 'Writing unit tests for token verification',
      has_error: false,
    });
    const told = JSON.parse(aside('builder-2.status'));
    assert.deepEqual([told.progress_percent, told.current_step], [72, 'Creating repository tests']);
    assert.match(aside('pids.txt'), /^builder-1:\d+\nbuilder-2:\d+\nvalidator-1:\d+\n$/);
    assert.equal(read('agent_pids.txt'), '', 'nobody is at work any more');
    assert.match(watched.stdout, /Parallel Execution: Group 2 - Core Auth \(Started: .*\)\n/);
    assert.match(watched.stdout, /\n━+\n\nAgent: Builder-1 \(2\.1: Implement JWT service\)\nStatus: /);
    assert.match(watched.stdout, /\n━+\nCompleted: 3\/3 \| Failed: 0\/3 \| Runtime: \d\d:\d\d:\d\d\n$/);
  });

  it('tells each agent what its task builds on', () => {
    const text = aside('context.md');
    assert.match(
      text,
      /^# Agent Context: Validator-1\n\n## Assigned Task\nWrite auth flow integration tests\n/,
    );
    assert.match(
      text,
      /\n## Task ID\n2\.3\n\n## Dependencies Met\n- 1\.1: Design the token \(.*before this run\)\n/,
    );
  });

  it('leaves what each agent has brought', () => {
    assert.deepEqual(readdirSync(join(folder, 'outputs')).sort(), ['builder-1', 'builder-2', 'validator-1']);
    for (const agent of ['builder-1', 'builder-2', 'validator-1'])
      assert.deepEqual(
        readdirSync(join(folder, 'outputs', agent)).sort(),
        [
          'TASK_SUMMARY.md',
          `${agent}.log`,
          'build_output.txt',
          'changes.diff',
          'files_changed.txt',
          'lint_results.txt',
          'metrics.json',
          'security_audit.json',
          'test-results.json',
          'test_output.txt',
          'validation_report.json',
        ].sort(),
      );
    const {
      agent,
      execution_id: execution,
      execution_time: time,
      ...metrics
    } = json('outputs', 'builder-1', 'metrics.json');
    assert.deepEqual([agent, execution], ['builder-1', id]);
    assert.match(time, /^\d+ seconds$/);
    assert.deepEqual(metrics, { lines_added: 2, lines_removed: 0, files_modified: 1, test_coverage: null });
    assert.equal(read('outputs', 'builder-1', 'files_changed.txt'), 'jwt.service.js\n');
    assert.match(read('outputs', 'builder-1', 'changes.diff'), /\n\+one\n\+two\n/);
    const good = json('outputs', 'builder-1', 'validation_report.json');
    for (const kind of ['lint', 'tests', 'build']) assert.equal(good.validations[kind].passed, true, kind);
    assert.equal(good.validations.tests.exit_code, 0);
    assert.equal(good.validations.tests.coverage, null);
    assert.deepEqual(
      [good.validations.security.passed, good.validations.security.critical_vulnerabilities],
      [false, null],
    );
    assert.deepEqual([good.status, good.overall_passed], ['COMPLETE_VALIDATED', true]);
    const warned = json('outputs', 'validator-1', 'validation_report.json');
    assert.deepEqual(
      [warned.status, warned.overall_passed, warned.validations.lint.passed],
      ['COMPLETE_WITH_WARNINGS', false, false],
    );
    assert.equal(warned.validations.lint.exit_code, 1);
  });

  it('archives it, so that the next run writes over nothing', () => {
    const names = ['builder-1', 'builder-2', 'validator-1'].map((agent) => `${agent}_${id}.tar.gz`);
    const messages = `messages_${id}.jsonl`;
    assert.deepEqual(readdirSync(join(folder, 'archives')).sort(), [...names, messages].sort());
    assert.match(read('archives', messages), /"message_type":"interface_contract"/);
    const path = join(folder, 'archives', names[0] ?? '');
    const files = execFileSync('tar', ['-tzf', path], { encoding: 'utf8' }).trim().split('\n');
    assert.ok(files.includes('logs/builder-1.log') && files.includes('outputs/builder-1/changes.diff'));
    const kept = execFileSync('tar', ['-xzOf', path, 'outputs/builder-1/metrics.json'], { encoding: 'utf8' });
    assert.equal(kept, read('outputs', 'builder-1', 'metrics.json'));
  });

  it('reports on it, with nothing invented', () => {
    const report = read('reports', `${id}.md`);
    const has = (pattern: RegExp): void => assert.match(report, pattern);
    has(/^# Parallel Execution Report: Group 2 - Core Auth\n\n## Execution Summary\n/);
    has(new RegExp(`- \\*\\*Execution ID\\*\\*: ${id}\n`));
    for (const field of ['Started', 'Completed', 'Duration']) has(new RegExp(`- \\*\\*${field}\\*\\*: \\d`));
    has(/- \*\*Status\*\*: SUCCESS\n/);
    has(/## Agent Performance\n\n### Builder-1: Implement JWT service\n- \*\*Status\*\*: ✅ COMPLETE\n/);
    has(/### Validator-1: Write auth flow integration tests\n- \*\*Status\*\*: ⚠️ COMPLETE WITH WARNINGS\n/);
    has(/- \*\*Files Modified\*\*: 1 \(`jwt\.service\.js`\)\n- \*\*Lines Added\/Removed\*\*: \+2 \/ -0\n/);
    has(/- \*\*Test Coverage\*\*: not measured\n- \*\*Tests Passing\*\*: passed/);
    has(/- \*\*Validation\*\*: COMPLETE_VALIDATED \(\d of \d checks passed\)/);
    has(
      /## Integration Results\n- \*\*Integration Branch\*\*: `integration\/\S+`\n- \*\*Merge Conflicts\*\*: 0\n/,
    );
    has(/- \*\*Integration Tests\*\*: not run\n- \*\*Combined Coverage\*\*: not measured\n/);
    has(/## Metrics\n- \*\*Total Lines Changed\*\*: \+4 \/ -0\n- \*\*Total Files Modified\*\*: 3\n/);
    has(
      /- \*\*Parallel Efficiency\*\*: \d+% \(vs sequential estimate\)\n {2}- Sequential estimate: 16h 0min\n/,
    );
    has(/ {2}- Parallel actual: \S.*\n {2}- Time saved: /);
    has(/\n\| 2\\\.1 \| 6h 0min \| [\dmins ]+ \|\n/);
    has(
      /- \*\*Messages Exchanged\*\*: 2\n- \*\*Average Response Time\*\*: \d+(?:s|min).*\n- \*\*Interface Contracts\*\*: 1\n/,
    );
    has(/At most half of the sequential estimate\*\*: ✅ kept/);
    has(/10 seconds or sooner\*\*: (?:✅ kept|❌ missed) \(the longest pause was [\d.]+s\)/);
    has(/launched within 2 minutes of being asked for\*\*: ✅ kept/);
    has(/at most 5% of the time\*\*: (?:✅ kept|❌ missed) \(.* took [\d.]+% of one core\)/);
    has(/## Issues Encountered\n/);
    has(/- \[ \] Code review integration branch: `integration\//);
    has(/- \[ \] Merge integration branch: `cox integrate \S+ --into main`\n/);
    has(/- \[ \] Start Parallel Group 3 \(OAuth2 Integration\): `cox run \S+ --only 3`\n/);
  });

  it('marks the plan, and names the report', () => {
    const text = readFileSync(join(made.path, 'MULTI_AGENT_PLAN.md'), 'utf8');
    assert.match(
      text,
      /### Parallel Group 2: Core Auth ✅ COMPLETED\n\*\*Duration\*\*: 3 days → \*\*Actual\*\*: \d/,
    );
    assert.match(text, /- \[x\] 2\.1: Implement JWT service \(Builder-1, 6h\) ✅ \d+(?:s|min).*\n/);
    assert.match(
      text,
      /- \[x\] 2\.3: Write auth flow integration tests \(Validator-1, 6h\) ⚠️ [\dmins ]+ \(warnings\)\n\n\*\*Execution Report\*\*: MULTI_AGENT_PLAN-run\/reports\/exec_\d+_\d+\.md\n\n### Parallel Group 3/,
    );
    const path = /\*\*Execution Report\*\*: (\S+)/.exec(text)?.[1] ?? '';
    assert.equal(path, `MULTI_AGENT_PLAN-run/reports/${id}.md`);
    assert.ok(existsSync(join(made.path, path)));
    assert.match(text, /- \[ \] 3\.1: Talk to a provider/);
  });

  it('keeps what it reports of itself when somebody resumes what has ended', async () => {
    const before = read('reports', `${id}.md`);
    const { code, stderr } = await made.cox(['resume']);
    assert.equal(code, 0, stderr);
    assert.equal(read('reports', `${id}.md`), before);
  });

  it('has that report by command too, by its plan, and when that is gone', async () => {
    const report = read('reports', `${id}.md`).trimEnd();
    const told = async (): Promise<string> =>
      (await made.cox(['report', 'MULTI_AGENT_PLAN.md'])).stdout.trimEnd();
    assert.equal(await told(), report);
    rmSync(join(made.path, 'MULTI_AGENT_PLAN.md'));
    assert.equal(await told(), report);
  });
});
