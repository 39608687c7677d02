/** What agents tell of tokens and money, and the limits of it, in the whole program with several agents at once. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeProject, type Project, type ProjectFiles } from './lib/project.ts';
import { until } from './lib/until.ts';

const TASKS = ['task-001', 'task-002', 'task-003', 'task-004'];
const TURN = 100;
const TURNS = 30;

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

/** All agents have had the answer of this number before one of them goes on. */
function meet(answer: number): string {
  const own = `touch "$STARTS.${answer}.$COX_TASK_ID"`;
  const all = `until [ "$(ls "$STARTS.${answer}".* | wc -l)" -ge ${TASKS.length} ]; do sleep 0.05; done`;
  return `run: ${JSON.stringify(`${own}; ${all}`)}`;
}

/**
 * Each answer of its model costs a cent. Behind the one with which a limit is reached the first attempt takes longer
 * than any machine needs to see what an agent tells, and to end it.
 */
function recipe(turns: number, reached: number): string {
  const answers = Array.from({ length: turns }, (_, at) => [
    `          - usage: {inputTokens: ${(at + 1) * TURN}, outputTokens: 0, costUsd: ${((at + 1) / 100).toFixed(2)}}`,
    `          - ${at + 1 < reached ? meet(at + 1) : 'sleep: 10m'}`,
  ]).flat();
  const tasks = TASKS.map((id) =>
    [
      `  ${id}:`,
      '    attempts:',
      '      1:',
      ...answers,
      `          - write: {path: ${id}.txt, text: "one"}`,
      '    default:',
      `      - usage: {inputTokens: ${TURN}, outputTokens: 0, costUsd: 0.01}`,
      `      - write: {path: ${id}.txt, text: "two"}`,
    ].join('\n'),
  );
  return `tasks:\n${tasks.join('\n')}\n`;
}

function kept(files: ProjectFiles): Project {
  const made = makeProject(files);
  projects.push(made);
  return made;
}

interface Turns {
  readonly turns: number;
  /** The answer with which a limit is reached. */
  readonly reached: number;
}

function project({ turns, reached }: Turns, config: string): Project {
  return kept({
    waves: [{ tasks: Object.fromEntries(TASKS.map((id) => [id, { create: `${id}.txt` }])) }],
    recipe: recipe(turns, reached),
    config: `checks:\n  enabled: false\n${config}`,
  });
}

const environment = (made: Project): Record<string, string> => ({ STARTS: join(made.root, 'starts') });

interface Use {
  readonly tokens: { readonly input: number } | null;
  readonly cost_usd: number | null;
}

async function reportOf(made: Project): Promise<{
  readonly totals: Use;
  readonly waves: readonly {
    readonly used: Use;
    readonly tasks: readonly (Use & {
      readonly status: string;
      readonly error: string | null;
      readonly used_by_attempt: readonly (Use & { readonly outcome: string })[];
    })[];
  }[];
}> {
  return JSON.parse((await made.cox(['report', '--format', 'json'])).stdout);
}

it('what tokens cost is worked out by the prices of the user before those of the program, and that is said', async () => {
  const made = kept({
    waves: [{ tasks: { 'task-001': { create: 'one.txt' } } }],
    recipe: '',
    files: { 'coxswain.config.yaml': '' },
  });
  const events = [
    { type: 'thread.started', thread_id: 't' },
    {
      type: 'item.completed',
      item: { type: 'agent_message', text: '<promise>TASK_DONE: task-001</promise>' },
    },
    { type: 'turn.completed', usage: { input_tokens: 1000, cached_input_tokens: 400, output_tokens: 100 } },
  ];
  const lines = events.map((event) => JSON.stringify(event)).join('\n');
  const program = join(made.root, 'codex');
  writeFileSync(program, `#!/bin/sh\ncat >/dev/null\necho x >one.txt\ncat <<'END'\n${lines}\nEND\n`, {
    mode: 0o755,
  });
  const config = {
    agent: { driver: 'codex', options: { program, model: 'gpt-5' } },
    qa: { enabled: false },
    checks: { enabled: false },
    prices: { 'gpt-5*': { input: 1000, output: 2000, cacheRead: 500 } },
  };
  made.write({ 'coxswain.config.yaml': JSON.stringify(config) });
  made.git(['commit', '--quiet', '--all', '--message', 'Settings']);
  const run = await made.cox(['run', made.plan, '--ci']);
  assert.equal(run.code, 0, run.stdout + run.stderr);
  assert.match(
    run.stdout,
    /Used: 1\.1k tokens, 1\.00 USD \(estimated\); estimates by your prices, else by those of 20\d\d-/,
  );
  const { waves, totals } = await reportOf(made);
  const uses = [
    totals,
    ...waves.flatMap(({ used, tasks }) => [used, ...tasks, tasks[0]?.used_by_attempt[0]]),
  ];
  assert.deepEqual(
    uses.map((used) => used?.cost_usd),
    [1, 1, 1, 1],
  );
});

describe('a budget', () => {
  it('ends all agents when it is used up, one answer of each at most too late, and more of it goes on', async () => {
    const made = project({ turns: TURNS, reached: 3 }, '');
    const budget = 1000;
    const args = ['run', made.plan, '--ci', '--max-parallel', '4', '--budget-tokens', String(budget)];
    const first = await made.cox(args, environment(made));
    assert.equal(first.code, 4, first.stdout + first.stderr);
    assert.match(first.stderr, /the budget is spent\. Give it more with: cox resume \S+ --budget-tokens …\n/);
    assert.match(first.stdout, /Used: 1\.\dk tokens, 0\.1\d USD of a budget of 1\.0k tokens/);

    const left = await reportOf(made);
    const used = left.totals.tokens?.input ?? 0;
    assert.ok(used >= budget && used <= budget + TASKS.length * TURN, `${used} tokens`);
    const tasks = left.waves.flatMap((wave) => wave.tasks);
    assert.equal(left.waves[0]?.used.tokens?.input, used);
    for (const task of tasks) {
      assert.deepEqual(
        task.used_by_attempt.map(({ outcome }) => outcome),
        ['stopped'],
      );
      // All four were at work when it was used up.
      assert.ok((task.tokens?.input ?? 0) >= 2 * TURN, JSON.stringify(task));
    }
    assert.match((await made.cox(['status'])).stdout, /\nGo on with: cox resume \S+ --budget-tokens …\n$/);
    const status = JSON.parse((await made.cox(['status', '--json'])).stdout);
    assert.deepEqual(status.run.budget, { usd: null, tokens: budget });
    assert.equal(status.run.used.tokens.input, used);
    assert.equal(
      status.tasks.reduce((sum: number, task: { tokens: { input: number } }) => sum + task.tokens.input, 0),
      used,
    );

    const again = await made.cox(['resume', '--ci']);
    assert.equal(again.code, 4, again.stdout + again.stderr);
    assert.equal((await reportOf(made)).totals.tokens?.input, used);

    const second = await made.cox(['resume', '--ci', '--budget-tokens', '10000']);
    assert.equal(second.code, 0, second.stdout + second.stderr);
    const done = await reportOf(made);
    assert.equal(done.totals.tokens?.input, used + TASKS.length * TURN);
    assert.deepEqual(
      done.waves.flatMap((wave) => wave.tasks).map(({ status: word }) => word),
      TASKS.map(() => 'merged'),
    );
  });

  it('are said not to hold an agent that tells nothing, before it is started', async () => {
    const made = project({ turns: 1, reached: 1 }, '');
    const silent = ['--agent-command', 'true', '--no-qa'];
    const shown = await made.cox(['plan', made.plan, ...silent, '--budget-tokens', '5']);
    assert.match(shown.stderr, /the budget does not hold the agent command/);
    const free = await made.cox(['plan', made.plan, ...silent]);
    assert.doesNotMatch(free.stderr, /budget/);
  });

  it('of an attempt ends it alone, the next try has as much, and each attempt is told apart', async () => {
    const made = project({ turns: 4, reached: 2 }, 'budget:\n  attemptUsd: 0.02\n');
    const before = await made.cox(['plan', made.plan]);
    assert.match(before.stdout, /History: no history \(no run of this repository has merged a task\)/);
    const run = await made.cox(['run', made.plan, '--ci', '--max-parallel', '4'], environment(made));
    assert.equal(run.code, 0, run.stdout + run.stderr);
    assert.match(
      run.stdout,
      /task-001 attempt 1 failed, the agent used up what one attempt may use \(0\.02 USD\)/,
    );
    const { waves, totals } = await reportOf(made);
    for (const task of waves.flatMap((wave) => wave.tasks))
      assert.deepEqual(
        task.used_by_attempt.map(({ cost_usd, outcome }) => [cost_usd, outcome]),
        [
          [0.02, 'failed'],
          [0.01, 'done'],
        ],
      );
    assert.ok(Math.abs((totals.cost_usd ?? 0) - 0.12) < 1e-9);
    const after = await made.cox(['plan', made.plan]);
    assert.match(
      after.stdout,
      /History: 4 tasks of 1 run; by their median at least \d+s, \d+s one after the other, 1\.2k tokens, 0\.12 USD/,
    );
    const { history } = JSON.parse((await made.cox(['plan', made.plan, '--json'])).stdout);
    assert.deepEqual([history.runs, history.samples, history.tokens], [1, 4, 1200]);
  });

  it('of a task fails it with its work kept, and a retry gives it as much again', async () => {
    const made = project({ turns: 4, reached: 2 }, 'budget:\n  taskTokens: 200\n');
    const run = await made.cox(['run', made.plan, '--ci', '--max-parallel', '4'], environment(made));
    assert.equal(run.code, 1, run.stdout + run.stderr);
    const tasks = (await reportOf(made)).waves.flatMap((wave) => wave.tasks);
    for (const task of tasks) {
      assert.equal(task.status, 'failed');
      assert.match(task.error ?? '', /used up what a task may use \(200 tokens\); retry it/);
      assert.equal(task.tokens?.input, 200);
    }
    const second = await made.cox(['resume', '--ci', '--retry-failed']);
    assert.equal(second.code, 0, second.stdout + second.stderr);
  });

  it('of a task and of an attempt is raised when the run goes on', async () => {
    const usage = [1, 2, 3].map(
      (at) => `  - usage: {inputTokens: ${at * TURN}, outputTokens: 0, costUsd: 0.0${at}}`,
    );
    const wait = `  - run: 'until [ -e "$STARTS" ]; do sleep 0.05; done'`;
    const made = kept({
      waves: [{ tasks: { 'task-001': { create: 'one.txt' } } }],
      recipe: [
        'default:',
        ...usage.slice(0, 2),
        wait,
        ...usage.slice(2),
        '  - write: {path: one.txt, text: "one"}',
        '',
      ].join('\n'),
      config: 'checks:\n  enabled: false\nretries: 0\nbudget:\n  taskTokens: 200\n  attemptUsd: 0.02\n',
    });
    const env = environment(made);
    const again = ['resume', '--ci', '--retry-failed'];
    assert.equal((await made.cox(['run', made.plan, '--ci'], env)).code, 1);
    const same = await made.cox(again, env);
    assert.equal(same.code, 1, same.stdout);
    assert.match(same.stdout, /raise --budget-(?:task-tokens|attempt-usd)/);
    // The one that is not named stays as it is.
    const half = await made.cox([...again, '--budget-task-tokens', '5000'], env);
    assert.equal(half.code, 1, half.stdout);
    assert.match(half.stdout, /used up what one attempt may use \(0\.02 USD\)/);
    made.write({ starts: '' }, made.root);
    const whole = await made.cox([...again, '--budget-attempt-usd', '1'], env);
    assert.equal(whole.code, 0, whole.stdout + whole.stderr);
  });

  it('in money that does not hold what an agent uses says so while it works', async () => {
    const made = kept({
      waves: [{ tasks: { 'task-001': { create: 'one.txt' } } }],
      recipe: [
        'default:',
        `  - usage: {inputTokens: ${TURN}, outputTokens: 0}`,
        `  - run: 'until [ -e "$STARTS" ]; do sleep 0.05; done'`,
        '  - write: {path: one.txt, text: "one"}',
        '',
      ].join('\n'),
      config: 'checks:\n  enabled: false\nbudget:\n  attemptUsd: 1\n',
    });
    const unknown = /the cost of 100 tokens is unknown and no part of the budget\. Name the price/g;
    const run = made.start(['run', made.plan, '--ci'], environment(made));
    await until(() => unknown.test(run.stderr()));
    made.write({ starts: '' }, made.root);
    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 0, stdout + stderr);
    // Once while it works, and at its end.
    assert.equal(stderr.match(unknown)?.length, 2, stderr);
  });
});
