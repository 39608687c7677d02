import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import type { HelperChoice } from '../../config/helper-choice.ts';
import type { AgentChoices } from '../../core/agent-choice.ts';
import { executionMode } from '../../core/execution-mode.ts';
import type { Finding } from '../../core/finding.ts';
import type { Plan } from '../../core/plan.ts';
import { err, ok } from '../../core/result.ts';
import { commitName, doneOutcome, RunLog, scopeOf, someWork } from '../../testing/events.ts';
import { hostileText, UNPRINTABLE } from '../../testing/hostile-text.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../../testing/plans.ts';
import { executionReport } from '../../views/execution-report.ts';
import { eventJson, jsonLine, jsonText } from '../../views/json.ts';
import { findingsText } from './findings-text.ts';
import { type PlanTextOptions, planText } from './plan-text.ts';
import { reportText } from './report-text.ts';
import { statusText } from './status-text.ts';
import { COLOURED, PLAIN } from './style.ts';

const PLANNED: PlanTextOptions['settings'] = {
  maxParallel: 2,
  resources: {},
  schedule: 'waves',
  checks: { ...TEST_SETTINGS.checks, enabled: true },
};

const CRASH = { reason: 'exit-code', code: 3, tail: '' } as const;

const plan = makePlan([
  makeTask('task-001', 1, { title: 'JWT Service', agent: 'builder-1' }),
  makeTask('task-002', 1, { title: 'User Model' }),
  makeTask('task-003', 2, { dependsOn: ['task-002'] }),
]);

function halfway(): RunLog {
  const log = new RunLog(plan).open().openGroup(1);
  log
    .start('task-002')
    .wait(60)
    .end('task-002', { is: 'failed', failure: CRASH, usage: {}, exitCode: 3, work: someWork() });
  log.add(
    { type: 'task.failed', task: 'task-002', failure: CRASH },
    { type: 'task.blocked', task: 'task-003', because: 'task-002' },
  );
  log.start('task-001');
  return log.add({
    type: 'attempt.progress',
    task: 'task-001',
    attempt: 1,
    percent: 45,
    step: 'Writing tests',
  });
}

function statusOf(log: RunLog, alive = true, seenAt: number | null = null): string {
  return statusText({
    state: log.state(),
    alive,
    seenAt,
    now: log.now + 59_000,
    width: 80,
    style: PLAIN,
  }).join('\n');
}

test('the status of a run', () => {
  assert.equal(
    statusOf(halfway()),
    `\
Parallel Execution: TS-0001 - plan (Started: 2025-11-29 14:30:52 UTC)
Run: run-1 | Status: RUNNING
Progress: [░░░░░░░░░░░░░░░░] 0/3 agents complete, 1 failed
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

Agent: builder-1 (task-001: JWT Service)
Status: RUNNING | Progress: ██████░░░░░░░░░░ 45% | Attempt: 1 | Time: 1min
Current: Writing tests

❌ task-002 failed, attempt 1, 1min 1s, the agent exited with 3; see its log
🚫 task-003 blocked, it waits for task-002, which did not succeed

━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Completed: 0/3 | Failed: 1/3 | Runtime: 00:02:11`,
  );
});

test('a status says what to do next', () => {
  assert.match(
    statusOf(halfway(), false),
    /Status: INTERRUPTED[\s\S]*Runtime: 00:01:12\nGo on with: cox resume run-1$/,
  );
  assert.match(
    statusOf(halfway(), false, halfway().now + 30_000),
    /\nStatus: INTERRUPTED \| Progress: \S+ 45% \| Attempt: 1 \| Time: 31s\nCurrent: when the run was left: Writing tests\n/,
    'nobody knows what its agent does since',
  );
  const died = halfway();
  assert.match(
    statusOf(died, false, died.now + 30_000),
    /Runtime: 00:01:42\n/,
    'it gave a sign after its last event',
  );
  const failed = halfway().end('task-001').add({ type: 'run.finished', status: 'failed' });
  assert.match(statusOf(failed), /Status: FAILED[\s\S]*cox resume run-1 --retry-failed$/);
  const cancelled = halfway().end('task-001').add({ type: 'run.finished', status: 'cancelled' });
  assert.match(statusOf(cancelled), /Status: CANCELLED\n/);
  const asking = new RunLog(plan).open().openGroup(1).start('task-001');
  asking.end('task-001', { is: 'asking', question: 'Which port?', usage: {}, exitCode: 0 });
  assert.match(statusOf(asking), /asking, attempt 1, 1s, "Which port\?"[\s\S]*cox answer task-001 "…"$/);
});

test('ids of different lengths are aligned', () => {
  const log = new RunLog(makePlan([makeTask('a', 1), makeTask('longer', 1)]));
  assert.match(statusOf(log), /\n⏸️ a {6}waiting\n⏸️ longer waiting\n/u);
});

function planned(
  part: Partial<Plan> = {},
  settings: PlanTextOptions['settings'] = PLANNED,
  qa: HelperChoice = { is: 'nobody' },
  choices: Partial<AgentChoices> = {},
): string {
  const whole = { ...plan, ...part };
  const mode = executionMode(whole, settings);
  const agents = ok({ ...TEST_SETTINGS, ...choices });
  return planText({
    plan: whole,
    settings,
    agents,
    qa,
    mode,
    forecast: null,
    width: 100,
    style: PLAIN,
    boxed: false,
  }).join('\n');
}

test('a plan as plain text', () => {
  assert.equal(
    planned(),
    `\
⚡ Execution Mode: PARALLEL
   Tasks: 3 independent files detected
   Agents: 2 (no more tasks can be at work at once)

   Parallel Group 1:
     ├── Agent 1: [worktree-1] task-001 task-001.txt
     └── Agent 2: [worktree-2] task-002 task-002.txt

   Parallel Group 2 (after Group 1):
     └── Agent 3: [worktree-3] task-003 task-003.txt

Plan: TS-0001 - plan (manifest, 3 tasks, 2 groups)
Schedule: waves (a group waits for those that it comes after)
Slots: 2
Checks: what the project has for each task's work, and its scope
Agent: recipe
QA: not run (nobody is there for it; see --qa-command)

Group 1: Wave 1
  task-001: JWT Service [builder-1]
  task-002: User Model

Group 2 after 1: Wave 2
  task-003: Task task-003 (after task-002)

Critical path: task-002 → task-003
Conflicts foreseen: none
Estimate: no estimate (the plan does not say how long each task takes)
History: no history (no run of this repository has merged a task)`,
  );
});

test('a plan that is called as its id is named once', () => {
  assert.match(planned({ id: 'queue', name: 'queue' }), /\nPlan: queue \(/);
});

test('a plan says what looks at the work', () => {
  const { checks } = TEST_SETTINGS;
  const commands = { lint: { run: '', critical: false }, smoke: { run: 'make smoke', critical: true } };
  const settings = { ...PLANNED, checks: { ...checks, enabled: true, commands } };
  const wide = planned({}, settings, { is: 'driver', driver: 'command', options: {} });
  assert.match(wide, /QA: command, in a fresh checkout of each task's work/);
  assert.match(planned({}, settings, { is: 'off' }), /QA: not run \(switched off\)/);
  assert.match(planned({}, settings, { is: 'same-agent' }), /QA: the tasks' own agent/);
  assert.match(planned({}, { ...PLANNED, checks }), /Checks: not run \(checks\.enabled is false\)/);
  assert.match(wide, /yours: smoke; switched off: lint/);
});

test('a plan says who does what by rules, on the last try, and in the stead of others', () => {
  const agent = { driver: 'claude-code', options: { model: 'sonnet' } };
  const text = planned(
    {},
    PLANNED,
    { is: 'same-agent' },
    {
      agent,
      qa: { agent, rejections: 1, tries: 1 },
      agentRules: [
        { when: { agent: 'builder*' }, part: { driver: 'codex', options: { effort: 'high' } } },
        { when: { role: 'qa', task: 'task-002' }, part: { options: { model: 'haiku' } } },
        { when: { role: 'resolver' }, part: { options: { model: 'opus' } } },
      ],
      lastTry: { options: { model: 'opus' } },
      fallback: {
        agents: [{ driver: 'pi', options: {} }, { options: { model: 'haiku' } }],
        afterMs: 600_000,
      },
    },
  );
  assert.match(text, /\nAgent: claude-code, model sonnet\nOn the last try: claude-code, model opus\n/);
  assert.match(text, /\nIn its stead, for a wait of more than 10min: pi; claude-code, model haiku\n/);
  assert.match(text, /task-001: JWT Service \[builder-1\] \(by: codex, effort high\)\n/);
  assert.match(text, /task-002: User Model \(QA: claude-code, model haiku\)\n/);
  assert.doesNotMatch(text, /conflicts:/);
});

test('a task says by whom it is done where that is not the agent of the run', () => {
  const settings = { ...TEST_SETTINGS, agentRules: [{ when: {}, part: { options: { model: 'opus' } } }] };
  const log = new RunLog(plan, settings).open().openGroup(1);
  log.add({
    type: 'attempt.starting',
    task: 'task-001',
    attempt: 1,
    role: 'executor',
    base: commitName('a1'),
    startFrom: commitName('a1'),
    branch: 'b',
    feedback: '',
    agent: { driver: 'recipe', options: { model: 'opus' } },
  });
  assert.match(statusOf(log), /Attempt: 1 .*\nBy: recipe, model opus\n/);
  log.end('task-001', { is: 'stopped', why: 'interrupted', usage: {}, exitCode: 1 });
  assert.match(statusOf(log), /task-001 ready to start, attempt 1, by recipe, model opus/);
});

test('conflicts are those within one group', () => {
  const scope = scopeOf([], ['src/shared.ts']);
  const tasks = [makeTask('a', 1, { scope }), makeTask('b', 1, { scope }), makeTask('c', 2, { scope })];
  const { groups } = makePlan(tasks);
  assert.match(
    planned({ tasks, groups }),
    /Conflicts foreseen, these never run at once:\n {2}a and b\nEstimate/,
  );
});

test('an estimate is the longest path or the work shared by the slots, group by group', () => {
  const minutes = (id: string, group: number, count: number) =>
    makeTask(id, group, { estimateSeconds: count * 60 });
  const tasks = [minutes('a', 1, 10), minutes('b', 1, 10), minutes('c', 1, 10), minutes('d', 2, 30)];
  const { groups } = makePlan(tasks);
  assert.match(planned({ tasks, groups }), /Estimate: at least 45min, 1h 0min one after the other/);
  const dag = planned({ tasks, groups }, { ...PLANNED, schedule: 'dag' });
  assert.match(dag, /Estimate: at least 30min, 1h 0min one after the other/);
});

test('the plan on a terminal begins with the box', () => {
  const mode = executionMode(plan, { maxParallel: 2, schedule: 'waves', resources: {} });
  const lines = planText({
    plan,
    settings: PLANNED,
    agents: ok(TEST_SETTINGS),
    qa: { is: 'off' },
    mode,
    forecast: null,
    width: 100,
    style: PLAIN,
    boxed: true,
  });
  assert.match(lines[0] ?? '', /^┌─+┐$/);
});

test('the end of a run in a few lines', () => {
  const log = halfway().end('task-001', doneOutcome({ usage: { inputTokens: 1500, costUsd: 0.5 } }));
  log
    .accept('task-001')
    .merge('task-001')
    .advance(['task-001'])
    .add({ type: 'run.finished', status: 'failed' });
  assert.equal(
    reportText(log.state(), 100, PLAIN).join('\n'),
    `\
Run run-1 failed: 1 of 3 tasks merged in 1min 19s
Integration branch: integration/run-1 (1 file, +10 -2)
Used: 1.5k input tokens, 0.50 USD
  ❌ task-002 failed: the agent exited with 3; see its log
  🚫 task-003 blocked: it waits for task-002, which did not succeed
Work that is kept on its branch:
  task-002: git log --stat a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1..cox/run-1/task-002
See what an agent did with: cox logs task-002 --run run-1
Try what failed again with: cox resume run-1 --retry-failed`,
  );
});

test('the end of a run and its report name what the plan holds back', () => {
  const log = new RunLog({ ...plan, held: ['task-007', 'task-008'] }).open();
  const state = log.add({ type: 'run.finished', status: 'succeeded' }).state();
  const words = 'task-007, task-008, which the plan holds back';
  assert.ok(reportText(state, 100, PLAIN).includes(`Not run: ${words}`));
  assert.ok(executionReport(state).includes(`- **Not Run**: ${words}\n`));
});

test('the end of a run names the validations that failed', () => {
  const result = { command: 'npm test', passed: false, exitCode: 1, durationMs: 1000, output: '' };
  const log = halfway()
    .add({ type: 'validation.ended', group: 1, commit: commitName('c3'), result, guilty: [] })
    .add({ type: 'run.finished', status: 'failed' });
  assert.match(
    reportText(log.state(), 100, PLAIN).join('\n'),
    /^ {2}❌ the validation of group 1 failed: npm test$/m,
  );
});

test('findings have place, severity, rule, message and remedy', () => {
  const finding: Finding = {
    severity: 'error',
    rule: 'create-twice',
    message: 'task-001 and task-002 both create src/a.ts',
    remedy: 'Let one of them create it.',
    file: 'tasks/task-002.md',
    line: 12,
    column: 3,
    tasks: ['task-001', 'task-002'],
  };
  assert.deepEqual(findingsText([finding, { ...finding, severity: 'warning', remedy: '' }], PLAIN), [
    'tasks/task-002.md:12:3 error create-twice: task-001 and task-002 both create src/a.ts',
    '    Let one of them create it.',
    'tasks/task-002.md:12:3 warning create-twice: task-001 and task-002 both create src/a.ts',
    'The plan is not valid: 1 error, 1 warning.',
  ]);
  assert.deepEqual(findingsText([{ ...finding, message: 'Missing:\n  - \u001b[2Ja', remedy: '' }], PLAIN), [
    'tasks/task-002.md:12:3 error create-twice: Missing:',
    '      - a',
    'The plan is not valid: 1 error.',
  ]);
  assert.deepEqual(
    findingsText([{ ...finding, file: '', remedy: '' }], PLAIN)
      .at(0)
      ?.startsWith('error '),
    true,
  );
  assert.deepEqual(findingsText([], PLAIN), ['The plan is valid.']);
});

test('JSON holds the value and nothing that acts on a terminal', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const value = { [`k${text}`]: [text] };
      for (const json of [jsonLine(value), jsonText(value)]) {
        assert.doesNotMatch(json, UNPRINTABLE);
        assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
      }
      assert.doesNotMatch(jsonLine(value), /\n/);
    }),
  );
});

test('an event as JSON begins with its place in the log', () => {
  const event = halfway().events[1];
  assert.ok(event);
  assert.match(
    eventJson(event),
    /^\{"seq":2,"at":\d+,"run":"run-1","type":"run\.opened","owner":\{"pid":4242,/,
  );
  assert.deepEqual(JSON.parse(eventJson(event)), event);
});

test('commands are whole, however narrow the terminal is', () => {
  const failed = halfway().end('task-001').add({ type: 'run.finished', status: 'failed' });
  const command = 'Try what failed again with: cox resume run-1 --retry-failed';
  const narrow = { state: failed.state(), alive: false, seenAt: null, now: 0, width: 30, style: PLAIN };
  assert.equal(statusText(narrow).at(-1), command);
  assert.equal(reportText(failed.state(), 30, PLAIN).at(-1), command);
});

test('whatever a plan and its agents say, no line is wider than asked for, or harmful', () => {
  fc.assert(
    fc.property(hostileText, hostileText, fc.integer({ min: 10, max: 150 }), (title, said, width) => {
      const tasks = ['x', 'y', 'z'].map((id) =>
        makeTask(id + title, 1, { title, agent: said, scope: scopeOf([], [said]) }),
      );
      const hostile = { ...makePlan(tasks), name: title, id: said };
      const log = new RunLog(hostile).open().openGroup(1);
      for (const { id } of tasks) log.start(id);
      log.add({ type: 'attempt.progress', task: `x${title}`, attempt: 1, percent: 3, step: said });
      log.end(`y${title}`, { is: 'asking', question: said, usage: {}, exitCode: 0 });
      const failure = { reason: 'declared-failed', detail: said } as const;
      log.end(`z${title}`, { is: 'failed', failure, usage: {}, exitCode: 1 });
      log.add({ type: 'task.failed', task: `z${title}`, failure });
      const state = log.state();
      const mode = executionMode(hostile, { maxParallel: 2, schedule: 'waves', resources: {} });
      const at = { severity: 'error', file: said, line: 1, column: 1, tasks: [] } as const;
      const status = statusText({ state, alive: true, seenAt: null, now: log.now, width, style: PLAIN });
      const cut = [
        // The last line is the command that answers.
        ...status.slice(0, -1),
        ...planText({
          plan: hostile,
          settings: PLANNED,
          agents: err(said),
          qa: { is: 'nobody' },
          mode,
          forecast: null,
          width,
          style: PLAIN,
          boxed: false,
        }),
        ...reportText(state, width, PLAIN),
      ];
      const whole = findingsText([{ ...at, rule: title, message: said, remedy: title }], PLAIN);
      for (const line of cut)
        assert.ok(stringWidth(line) <= width, `${stringWidth(line)} > ${width}: ${line}`);
      for (const line of [...status, ...cut, ...whole])
        assert.doesNotMatch(line, new RegExp(`${UNPRINTABLE.source}|[\\n\\t]`));
      const coloured = statusText({ state, alive: true, seenAt: null, now: log.now, width, style: COLOURED });
      assert.deepEqual(
        coloured.map((line) => line.replace(/\u001b\[\d+m/g, '')),
        status,
      );
    }),
    { numRuns: 100 },
  );
});

test('a plan says what was done before, who reviews, on which branch, and counts the one agent’s time', () => {
  const one = { agent: 'ada', resources: ['agent ada'], estimateSeconds: 600 };
  const tasks = [
    makeTask('a', 1, { done: true }),
    makeTask('b', 2, { ...one, reviewers: ['bob', 'eve'], branch: 'agent/ada/b' }),
    makeTask('c', 2, one),
    makeTask('d', 3, { estimateSeconds: 300 }),
  ];
  const { groups } = makePlan(tasks, (group) => (group.number === 3 ? { ...group, after: [1] } : group));
  const text = planned({ tasks, groups });
  assert.match(text, /a: Task a \(done before\)/);
  assert.match(text, /b: Task b \[ada\] \(reviewed by bob, eve\) \(on agent\/ada\/b\)/);
  assert.match(text, /Estimate: at least 20min, 25min one after the other/);
  // The third group does not wait for the second.
  assert.match(text, /PARALLEL\n {3}Tasks: 3 independent files detected\n {3}Agents: 2 \(/);
  const alone = planned({ tasks: tasks.slice(0, 3), groups: groups.slice(0, 2) });
  assert.match(alone, /SEQUENTIAL\n {3}Reason: All tasks have linear dependencies\n.*\nSlots: 1\n/s);
  const all = tasks.map((task) => ({ ...task, done: true as const }));
  assert.match(planned({ tasks: all, groups }), /SEQUENTIAL\n {3}Reason: Every task was done before\n/);
});
