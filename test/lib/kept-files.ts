/** The files that each family keeps of a run, field by field, when all of it is merged. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { planExamples } from '../../src/testing/plan-examples.ts';
import type { FamilyPlan, FamilyProject } from './family-plans.ts';

export interface EndedRun {
  readonly id: string;
  readonly integrationBranch: string;
}

type Check = (family: FamilyPlan, made: FamilyProject, run: EndedRun) => void;

const CHECKS: Readonly<Record<FamilyPlan['format'], Check>> = {
  manifest: (family, made, run) => {
    checkReports(family, made, { folder: family.folder, logs: family.tasks, run });
  },
  auto: (family, made, run) => {
    checkReports(family, made, { folder: family.plan.replace(/\.md$/, '-run'), logs: family.tasks, run });
    checkProgress(family, made, run);
    checkCheckpoints(made, run);
    checkSession(made);
  },
  queue: (family, made, run) => {
    checkReports(family, made, { folder: `${family.folder}-run`, logs: family.tasks, run });
    checkItems(family, made);
  },
  'plan-md': (family, made, run) => {
    const logs = ['builder-1', 'builder-2', 'builder-3', 'validator-1', 'validator-2'];
    checkReports(family, made, { folder: 'MULTI_AGENT_PLAN-run', logs, run });
    checkParallelStatus(family, made);
  },
};

export function checkKeptFiles(family: FamilyPlan, made: FamilyProject, run: EndedRun): void {
  CHECKS[family.format](family, made, run);
}

const REPORT_KEYS = [
  ...['run_id', 'plan_id', 'name', 'status', 'started_at', 'finished_at', 'duration_seconds'],
  ...['integration_branch', 'waves', 'conflicts', 'totals', 'parallel_efficiency'],
];
const TASK_KEYS = [
  ...['id', 'agent', 'status', 'attempts', 'duration_seconds', 'branch', 'commit', 'files_changed'],
  ...['lines_added', 'lines_removed', 'checks', 'qa', 'tokens', 'cost_usd', 'error'],
];

function checkReports(
  { tasks, groups }: FamilyPlan,
  made: FamilyProject,
  {
    folder,
    logs,
    run,
  }: { readonly folder: string; readonly logs: readonly string[]; readonly run: EndedRun },
): void {
  const read = (name: string): string => readFileSync(join(made.path, folder, name), 'utf8');
  const report = JSON.parse(read('report.json'));
  for (const key of REPORT_KEYS) assert.ok(key in report, key);
  assert.deepEqual(
    [report.run_id, report.status, report.integration_branch],
    [run.id, 'succeeded', run.integrationBranch],
  );
  assert.equal(report.waves.length, groups);
  const found = report.waves.flatMap((wave: { readonly tasks: readonly object[] }) => wave.tasks);
  for (const task of found) {
    for (const key of TASK_KEYS) assert.ok(key in task, key);
    if (!tasks.includes(task.id)) continue;
    assert.deepEqual([task.status, task.attempts, task.error], ['merged', 1, null]);
    assert.match(made.git(['branch', '--list', task.branch]), /\S/);
  }
  const text = read('execution-report.md');
  assert.match(text, /^# Parallel Execution Report: /);
  for (const heading of ['Execution Summary', 'Agent Performance', 'Integration Results', 'Metrics'])
    assert.ok(text.includes(`\n## ${heading}\n`), heading);
  for (const name of logs)
    assert.match(read(`logs/${name}.log`), /^=== attempt 1 \(executor\), .*: done ===$/m);
}

/** `.claude/auto-progress.yaml` */
function checkProgress({ tasks }: FamilyPlan, made: FamilyProject, run: EndedRun): void {
  const text = readFileSync(join(made.path, '.claude/auto-progress.yaml'), 'utf8');
  const { tasks: told, started_at: startedAt, ...head } = parse(text);
  assert.deepEqual(head, { session_id: run.id, status: 'succeeded', parallel_group: null });
  assert.deepEqual(Object.keys(told), tasks);
  const { worktree, completed_at: completedAt, ...first } = told['task-1'];
  assert.match(worktree, /slot-\d$/);
  assert.deepEqual(first, {
    name: 'Colours',
    status: 'done',
    branch: 'auto/task-1',
    iterations: 1,
    group: 1,
    retry_count: 0,
    last_error: null,
    qa_verified: false,
    qa_timestamp: null,
    qa_feedback: null,
  });
  assert.ok(Date.parse(completedAt) >= Date.parse(startedAt));
  // To readers of the older YAML a bare time is a date.
  assert.ok(text.includes(`started_at: "${startedAt}"\n`), text);
  assert.match(text, /\n {2}task-1:\n {4}name: Colours\n {4}status: done\n {4}branch: auto\/task-1\n/);
}

/** `.claude/auto-memory/parallel-group-N-summary.md` */
function checkCheckpoints(made: FamilyProject, run: EndedRun): void {
  const folder = join(made.path, '.claude/auto-memory');
  const names = ['parallel-group-1-summary.md', 'parallel-group-2-summary.md'];
  assert.deepEqual(readdirSync(folder).toSorted(), names);
  const text = readFileSync(join(folder, names[0] ?? ''), 'utf8');
  const told = [
    '# Parallel group 1',
    'group_number: 1',
    'status: complete',
    'tasks_completed:',
    '  - task-1: "Colours"',
    '  - task-2: "Sidebar"',
    '  - task-3: "Header"',
    'tasks_failed: []',
    'branches_created:',
    '  - auto/task-1',
    '  - auto/task-2',
    '  - auto/task-3',
    'verification_passed: true',
    'next_group: 2',
    'remaining_groups: [2]',
    `session_id: "${run.id}"`,
  ];
  assert.equal(text.split('\n').slice(0, told.length).join('\n'), told.join('\n'));
  const second = parse(readFileSync(join(folder, names[1] ?? ''), 'utf8'));
  assert.deepEqual([second.status, second.next_group, second.remaining_groups], ['complete', null, []]);
  assert.equal(second.summary, '2 of 2 tasks are merged.');
}

/** `.claude/auto-state-machine.yaml`, which has begun in PARALLELIZE. */
function checkSession(made: FamilyProject): void {
  const session = parse(readFileSync(join(made.path, '.claude/auto-state-machine.yaml'), 'utf8'));
  const { last_transition: moved, last_checkpoint: kept, ...rest } = session;
  assert.ok(Number.isFinite(Date.parse(moved)) && Number.isFinite(Date.parse(kept)));
  assert.deepEqual(rest, {
    version: '3.1',
    current_state: 'INTEGRATE',
    previous_state: 'EXECUTE',
    work_type: '',
    focus: [],
    mandatory_skills: [],
    completed_phases: ['PARALLELIZE', 'EXECUTE'],
    checkpoint_files: [1, 2].map((group) => `.claude/auto-memory/parallel-group-${group}-summary.md`),
    session_id: 'auto-20261121',
    started_at: '2026-11-21T10:00:00Z',
    token_usage: {
      estimated: 0,
      budget: 200_000,
      warning_threshold: 0.8,
      checkpoint_threshold: 0.95,
    },
    last_parallel_group: 2,
    last_group_status: 'post',
  });
}

/** Each is renamed, and nothing but the word of its status line has changed. */
function checkItems({ example, folder }: FamilyPlan, made: FamilyProject): void {
  const before = planExamples().find(({ name }) => name === example)?.texts ?? new Map<string, string>();
  const now = readdirSync(join(made.path, folder));
  assert.deepEqual(
    now.toSorted(),
    [...before.keys()].map((name) => name.replace('-pending-', '-completed-')).toSorted(),
  );
  for (const [name, text] of before)
    assert.equal(
      readFileSync(join(made.path, folder, name.replace('-pending-', '-completed-')), 'utf8'),
      text.replace('**Status**: pending', '**Status**: completed'),
    );
  const changed = made.git(['status', '--porcelain', '--no-renames', '--untracked-files=all']).split('\n');
  assert.equal(changed.length, 2 * before.size, 'nothing but the items of the queue has changed');
}

/** `PARALLEL_EXECUTION_STATUS.json`; its other files have tests of their own. */
function checkParallelStatus({ tasks }: FamilyPlan, made: FamilyProject): void {
  const path = join(made.path, 'MULTI_AGENT_PLAN-run/PARALLEL_EXECUTION_STATUS.json');
  const status = JSON.parse(readFileSync(path, 'utf8'));
  assert.match(status.execution_id, /^exec_\d{8}_\d{6}$/);
  assert.deepEqual([status.status, status.failed_tasks], ['completed', []]);
  assert.deepEqual(status.completed_tasks, tasks);
  for (const agent of Object.values<{ readonly status: string }>(status.agents))
    assert.equal(agent.status, 'completed');
}

/** The manifest has one key more, and is otherwise what it was; the report has its parts. */
export function checkIntegration({ example, folder }: FamilyPlan, made: FamilyProject): void {
  const read = (name: string): string => readFileSync(join(made.path, folder, name), 'utf8');
  const before = planExamples()
    .find(({ name }) => name === example)
    ?.texts.get('manifest.json');
  const { integration, ...rest } = JSON.parse(read('manifest.json'));
  const { integration: _, ...was } = JSON.parse(before ?? '{}');
  assert.deepEqual(rest, was);
  const { completed_at: completedAt, checks, ...head } = integration;
  assert.ok(Number.isFinite(Date.parse(completedAt)));
  assert.deepEqual(head, { status: 'warning', report_path: 'integration-report.md' });
  assert.deepEqual(Object.keys(checks), [
    'branch_merge',
    'contract_compliance',
    'boundary_violations',
    'tests',
  ]);
  assert.deepEqual([checks.branch_merge, checks.boundary_violations], ['passed', 'passed']);
  const report = read('integration-report.md');
  for (const part of ['Summary', 'Contract Compliance', 'Boundary Violations', 'Tech Spec Compliance'])
    assert.ok(report.includes(`\n## ${part}\n`), part);
  for (const part of ['Test Results', 'Action Items', 'Next Steps'])
    assert.ok(report.includes(`\n## ${part}\n`), part);
  for (const field of ['Generated', 'Parallel Dir', 'Source PRD', 'Tech Spec', 'Tasks Integrated'])
    assert.ok(report.includes(`\n- **${field}**: `), field);
  assert.match(report, /\n- \*\*Tech Spec\*\*: `tech-specs\/approved\/TS-0042-inventory/);
}
