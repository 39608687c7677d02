/** Runs of real agents whose service refuses work, or their credentials. */

import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Asked, Reply, Script } from '../lib/model-server/reply.ts';
import { useModels } from '../lib/models.ts';
import { makeProject, type Project, type Started } from '../lib/project.ts';
import { programOf, type RealAgent } from '../lib/real-agent.ts';
import { CLAUDE_CODE, CLAUDE_SUBSCRIBED, CODEX } from '../lib/real-agents.ts';
import { until } from '../lib/until.ts';

const IDS = ['task-001', 'task-002', 'task-003'];
const WENT_ON = 'Your service refused more work for a while';

interface Opened {
  readonly project: Project;
  start(...args: readonly string[]): Started;
  cox(...args: readonly string[]): Promise<string>;
  status(): Promise<Status>;
}

interface Status {
  readonly counts: Readonly<Record<string, number>>;
  readonly limits: readonly { agent: string; until: string; atOnce: number; refused: boolean }[];
}

interface Case {
  readonly agents: readonly RealAgent[];
  /** By driver: the first is the one of the run. */
  readonly scripts: readonly Script[];
  readonly tasks?: number;
  readonly model?: string;
  readonly more?: (options: readonly object[]) => object;
  readonly settings?: object;
}

/** Whose task it is, and what is left of it to do. */
function work({ said, tools }: Asked): Reply {
  // Some ask a model without tools for a title.
  if (tools.length === 0) return { say: 'A title' };
  const id = taskOf(said);
  // By what its commands have printed: the answers of a session that was refused are not all the model's.
  if (said.some((text) => text.includes(`made ${id}`))) return { say: `<promise>TASK_DONE: ${id}</promise>` };
  return { run: `echo ${id} > ${id}.txt && git add ${id}.txt && git commit -qm Work && echo made ${id}` };
}

function taskOf(said: readonly string[]): string {
  return /TASK_DONE: (task-\d+)/.exec(said.join('\n'))?.[1] ?? '';
}

const limited = (at: number, claim = 'five_hour'): Reply => ({
  error: 429,
  headers: {
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': String(Math.ceil(at / 1000)),
    'anthropic-ratelimit-unified-representative-claim': claim,
  },
});

const NOBODY: RealAgent = { ...CLAUDE_CODE, env: (address) => ({ ANTHROPIC_BASE_URL: address }) };

const isOf = (status: string) => (task: { status: string }) => task.status === status;

describe('a run of real agents', { skip: missing(), concurrency: 2 }, () => {
  const runs: Started[] = [];
  // Before their projects are removed.
  after(() => {
    for (const run of runs) run.kill('SIGKILL');
  });
  const models = useModels();

  const open = (name: string, { agents, scripts, tasks = 1, model, more, settings }: Case): Opened => {
    const addresses = scripts.map((script, at) => models.server.serve(`${name}-${at}`, script));
    const options = agents.map((agent, at) => agent.options(addresses[at] ?? '', programOf(agent) ?? ''));
    const environment = ['SCRIPTED_KEY', 'ANTHROPIC_*', 'CLAUDE_CODE_*'];
    const config = {
      agent: {
        driver: agents[0]?.driver,
        options: { ...options[0], ...(model === undefined ? {} : { model }) },
        environment,
        ...more?.(options),
      },
      qa: { enabled: false },
      checks: { enabled: false },
      backoff: { first: '50ms' },
      sandbox: { mode: 'required' },
      ...settings,
    };
    const project = makeProject({
      waves: [{ tasks: Object.fromEntries(IDS.slice(0, tasks).map((id) => [id, { create: `${id}.txt` }])) }],
      recipe: '',
      files: { 'coxswain.config.yaml': JSON.stringify(config) },
    });
    models.keep(project);
    const env = {
      ...Object.assign({}, ...agents.map((agent, at) => agent.env(addresses[at] ?? '', ''))),
      COX_SANDBOX: 'required',
      PATH: `${agents.map((agent) => dirname(programOf(agent) ?? '')).join(':')}:${project.env['PATH'] ?? ''}`,
    };
    return {
      project,
      start: (...args) => {
        const run = project.start(args, env);
        runs.push(run);
        return run;
      },
      cox: async (...args) => (await project.cox(args, env)).stdout,
      status: async () => {
        const { code, stdout } = await project.cox(['status', '--json'], env);
        // The run is about to be made.
        return code === 0 ? JSON.parse(stdout) : { counts: {}, limits: [] };
      },
    };
  };

  const tasksOf = async ({ cox }: Opened) =>
    JSON.parse(await cox('report', '--format', 'json')).waves[0].tasks;
  const asked = (name: string): readonly Asked[] =>
    models.server.requests
      .filter((each) => each.script === name && each.asked.tools.length > 0)
      .map((each) => each.asked);

  it('waits for the end of its subscription, sends one agent to try, and goes on in the sessions', async () => {
    const leave = Promise.withResolvers<void>();
    const refused = new Set<string>();
    let end = Number.POSITIVE_INFINITY;
    const tried: string[] = [];
    const script = async (question: Asked): Promise<Reply> => {
      const id = taskOf(question.said);
      if (question.tools.length === 0 || Date.now() >= end) {
        if (question.said.at(-1)?.includes(WENT_ON)) {
          tried.push(id);
          if (tried.length === 1) await leave.promise;
        }
        return work(question);
      }
      refused.add(id);
      await until(() => refused.size === 3);
      if (end === Number.POSITIVE_INFINITY) end = Math.ceil((Date.now() + 30_000) / 1000) * 1000;
      return limited(end);
    };
    const opened = open('told', { agents: [CLAUDE_SUBSCRIBED], scripts: [script], tasks: 3 });
    const run = opened.start('run', opened.project.plan);
    await until(async () => (await opened.status()).counts['waiting-for-quota'] === 3);
    assert.deepEqual((await opened.status()).limits, [
      { agent: 'claude-code', until: new Date(end).toISOString(), atOnce: 1, refused: false },
    ]);
    await until(() => tried.length === 1);
    assert.ok(Date.now() >= end);
    assert.match(await opened.cox('status'), /one agent is tried before the others/);
    assert.equal((await opened.status()).counts['running'], 1);
    leave.resolve();
    const ended = await run.ended;
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const tasks = await tasksOf(opened);
    assert.ok(tasks.every(isOf('merged')), JSON.stringify(tasks));
    assert.deepEqual(
      tasks.map((task: { attempts: number }) => task.attempts),
      [2, 2, 2],
    );
    assert.deepEqual(new Set(tried), new Set(IDS));
    // In the same session: what is new stands behind the whole prompt, which is not said again.
    const later = asked('told-0').filter(({ said }) => said.join('\n').includes(WENT_ON));
    assert.ok(later.length >= 3);
    for (const { said } of later)
      assert.equal(said.join('\n').split('IMPLEMENTATION REQUIREMENTS').length, 2);
  });

  it('waits a minute where no end is told, and less when the user asks for it', async () => {
    let isBusy = true;
    const script = (question: Asked): Reply => (isBusy ? { error: 429 } : work(question));
    const opened = open('untold', { agents: [CLAUDE_CODE], scripts: [script] });
    const begun = Date.now();
    const run = opened.start('run', opened.project.plan);
    await until(async () => (await opened.status()).counts['waiting-for-quota'] === 1);
    const [limit] = (await opened.status()).limits;
    const wait = Date.parse(limit?.until ?? '') - begun;
    assert.ok(wait >= 60_000 && Date.parse(limit?.until ?? '') <= Date.now() + 60_000, String(wait));
    isBusy = false;
    await opened.cox('retry', 'task-001');
    assert.equal((await run.ended).code, 0, run.stdout());
  });

  it('has another model stand in for a long wait of the first alone', async () => {
    const script = (question: Asked): Reply =>
      question.model.includes('opus') ? limited(Date.now() + 7_200_000, 'seven_day_opus') : work(question);
    const fallback = [{ model: 'claude-haiku-4-5' }];
    const opened = open('model', {
      agents: [CLAUDE_SUBSCRIBED],
      scripts: [script],
      model: 'claude-opus-4-5',
      more: () => ({ fallback, fallbackAfter: '1h' }),
    });
    const ended = await opened.start('run', opened.project.plan).ended;
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.deepEqual(
      [...new Set(asked('model-0').map(({ model }) => model.replace(/-\d{8}$/, '')))],
      ['claude-opus-4-5', 'claude-haiku-4-5'],
    );
  });

  it('has no other model stand in where all of its subscription waits', async () => {
    const script = (question: Asked): Reply =>
      question.model.includes('opus') ? limited(Date.now() + 7_200_000) : work(question);
    const opened = open('whole', {
      agents: [CLAUDE_SUBSCRIBED],
      scripts: [script],
      model: 'claude-opus-4-5',
      more: () => ({ fallback: [{ model: 'claude-haiku-4-5' }], fallbackAfter: '1h' }),
    });
    const run = opened.start('run', opened.project.plan);
    await until(async () => (await opened.status()).counts['waiting-for-quota'] === 1);
    await opened.cox('cancel');
    assert.equal((await run.ended).code, 1, run.stdout() + run.stderr());
    assert.ok(asked('whole-0').every(({ model }) => model.includes('opus')));
  });

  it('has nobody stand in for a wait that is short enough', async () => {
    const script = (question: Asked): Reply =>
      question.model.includes('opus') ? limited(Date.now() + 7_200_000) : work(question);
    const fallback = [{ model: 'claude-haiku-4-5' }];
    const opened = open('patient', {
      agents: [CLAUDE_SUBSCRIBED],
      scripts: [script],
      model: 'claude-opus-4-5',
      more: () => ({ fallback, fallbackAfter: '3h' }),
    });
    const run = opened.start('run', opened.project.plan);
    await until(async () => (await opened.status()).counts['waiting-for-quota'] === 1);
    await opened.cox('cancel');
    assert.equal((await run.ended).code, 1, run.stdout() + run.stderr());
    assert.ok(asked('patient-0').every(({ model }) => model.includes('opus')));
  });

  it('whose credentials are refused goes on with another agent, and nothing counts as failed', async () => {
    const opened = open('refused', {
      agents: [CLAUDE_CODE, CODEX],
      scripts: [[{ error: 401 }], work],
      tasks: 2,
      more: ([, options]) => ({ fallback: [{ driver: 'codex', options }] }),
      settings: { retries: 0 },
    });
    const ended = await opened.start('run', opened.project.plan).ended;
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const tasks = await tasksOf(opened);
    assert.deepEqual(
      tasks.map((task: { attempts: number }) => task.attempts),
      [2, 2],
    );
    assert.match(await opened.cox('report'), /task-001.*refused its credentials/);
  });

  it('whose credentials are all refused stops, says how to mend it, and goes on', async () => {
    let isKnown = false;
    const script = (question: Asked): Reply => (isKnown ? work(question) : { error: 401 });
    const opened = open('all-refused', {
      agents: [CLAUDE_CODE, CODEX],
      scripts: [script, [{ error: 401 }]],
      tasks: 3,
      more: ([, options]) => ({ fallback: [{ driver: 'codex', options }] }),
      settings: { retries: 0 },
    });
    const ended = await opened.start('run', opened.project.plan).ended;
    assert.equal(ended.code, 4, ended.stdout + ended.stderr);
    for (const agent of ['claude-code', 'codex']) {
      const lines = ended.stderr.split('\n').filter((line) => line.startsWith(`cox: ${agent}: `));
      assert.equal(lines.length, 1, ended.stderr);
      assert.match(lines[0] ?? '', /refused its credentials.*log in, or set its key.*cox resume \S+/);
    }
    isKnown = true;
    const resumed = await opened.start('resume').ended;
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    assert.ok((await tasksOf(opened)).every(isOf('merged')));
  });

  const detail = "The 'gpt-5-codx' model is not supported when using Codex with a ChatGPT account.";
  for (const [agent, model, reply] of [
    [CLAUDE_CODE, 'opuss', { error: 404 }],
    [CODEX, 'gpt-5-codx', { error: 400, body: { detail } }],
  ] as const)
    it(`whose model nobody knows has failed at once, and says so: ${agent.program}`, async () => {
      const { project, start } = open(`unknown-${agent.program}`, {
        agents: [agent],
        scripts: [() => reply],
        tasks: 2,
        model,
      });
      const { code, stdout, stderr } = await start('run', project.plan, '--ci').ended;
      assert.equal(code, 1, stderr);
      const said = `task-001 failed: the agent cannot work with its options: .*${model}.*; mend them`;
      assert.match(stdout, new RegExp(said));
      assert.doesNotMatch(`${stdout}${stderr}`, /tried again|nothing new starts/);
    });

  it('that nobody has logged in to says so without a request', async () => {
    const opened = open('nobody', { agents: [NOBODY], scripts: [work] });
    const ended = await opened.start('run', opened.project.plan).ended;
    assert.equal(ended.code, 4, ended.stdout + ended.stderr);
    assert.match(ended.stderr, /cox: claude-code: .*Not logged in.*log in, or set its key/);
    assert.deepEqual(asked('nobody-0'), []);
  });
});

function missing(): string | false {
  const not = [CLAUDE_CODE, CODEX].filter((agent) => programOf(agent) === null);
  return not.length > 0 && `${not.map(({ program }) => program).join(' and ')} not installed`;
}
