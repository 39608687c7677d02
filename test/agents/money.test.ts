/** Money and tokens with a real agent: what the model's service was asked for is what is reported, and limits hold. */

import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { costOf, priceOf } from '../../src/core/prices.ts';
import { type Asked, type Reply, type Script, USAGE } from '../lib/model-server/reply.ts';
import { useModels } from '../lib/models.ts';
import { makeProject } from '../lib/project.ts';
import { programOf, type RealAgent } from '../lib/real-agent.ts';
import { CLAUDE_CODE, CODEX, GEMINI } from '../lib/real-agents.ts';

const TASKS = ['task-001', 'task-002', 'task-003'];
/** Of one answer of the scripted model, as Anthropic counts. */
const INPUT = USAGE.input + USAGE.cached;
const ANSWER = INPUT + USAGE.output;

function taskOf({ said }: Asked): string {
  return /TASK_(?:DONE|APPROVED): (task-\d+)/.exec(said.join('\n'))?.[1] ?? '';
}

function makeIt(asked: Asked): Reply {
  const task = taskOf(asked);
  const isMade = asked.said.some((text) => text.includes(`made ${task}`));
  if (isMade) return { say: `It is made.\n<promise>TASK_DONE: ${task}</promise>` };
  return { run: `echo ${task} > ${task}.txt && git add . && git commit -qm Work && echo made ${task}` };
}

interface Budget {
  readonly tokens: number;
  /** Of one answer. */
  readonly answer: number;
}

/** Near the end of the budget long beside the time that it takes to see what an agent tells, and to end it. */
function goOn({ request }: Asked, { tokens, answer }: Budget): Reply {
  const isNear = (request + TASKS.length) * answer > tokens;
  return { run: `timeout ${isNear ? 20 : 2} tail -f /dev/null; echo once more` };
}

/** An answer that came just when its agent was ended was not told any more. */
function assertTold(input: number, answers: number): void {
  assert.ok(input <= answers * INPUT, `${input} tokens of ${answers} answers`);
  assert.ok(input >= (answers - TASKS.length) * INPUT, `${input} tokens of ${answers} answers`);
}

/** Agents that print nothing of what they use until they end. */
const SILENT = [CODEX, GEMINI].flatMap((real) =>
  (['off', 'required'] as const).map((sandbox) => [real, sandbox] as const),
);

const isThere = programOf(CLAUDE_CODE) !== null && programOf(CODEX) !== null;

describe('what real agents use', { skip: isThere ? false : 'claude or codex is not installed' }, () => {
  const models = useModels();

  const open = (name: string, script: Script, config: object, real: RealAgent = CLAUDE_CODE) => {
    const program = programOf(real) ?? '';
    const address = models.server.serve(name, script);
    const options = real.options(address, program);
    const environment = ['ANTHROPIC_*', 'CLAUDE_CODE_*', 'SCRIPTED_KEY'];
    const agent = { driver: real.driver, options, environment };
    const project = makeProject({
      waves: [{ tasks: Object.fromEntries(TASKS.map((id) => [id, { create: `${id}.txt` }])) }],
      recipe: '',
      files: { 'coxswain.config.yaml': JSON.stringify({ agent, checks: { enabled: false }, ...config }) },
    });
    models.keep(project);
    real.prepare?.(project.env['HOME'] ?? '', address);
    const env = {
      ...real.env(address, project.env['HOME'] ?? ''),
      PATH: `${dirname(program)}:${project.env['PATH'] ?? ''}`,
    };
    const asked = (): readonly Asked[] =>
      models.server.requests.filter((each) => each.script === name).map((each) => each.asked);
    const cox = (...args: string[]) => project.cox(args, env);
    const totals = async () => JSON.parse((await cox('report', '--format', 'json')).stdout).totals;
    return { project, cox, asked, totals };
  };

  it('is all that is used: nobody else asks the service for anything', async () => {
    const { project, cox, asked, totals } = open(
      'all',
      (question) => {
        if (!question.said.join('\n').includes('TASK_APPROVED')) return makeIt(question);
        return { say: `It is right.\n<promise>TASK_APPROVED: ${taskOf(question)}</promise>` };
      },
      {},
    );
    const run = await cox('run', project.plan, '--ci', '--max-parallel', '3');
    assert.equal(run.code, 0, run.stdout + run.stderr);
    const { tokens } = await totals();
    const count = asked().length;
    assert.equal(count, TASKS.length * 3);
    assert.deepEqual(tokens, {
      input: count * INPUT,
      output: count * USAGE.output,
      cached: count * USAGE.cached,
    });
    assert.deepEqual(
      models.server.strangers.filter((each) => each.includes('/all/v1/messages')),
      [],
    );
  });

  it('stops at a budget, several agents at once, and goes on in their sessions with more of it', async () => {
    const budget = 1500;
    // It works on until it was stopped.
    const script: Script = (question) =>
      question.said.some((text) => text.includes('there is more now'))
        ? makeIt(question)
        : goOn(question, { tokens: budget, answer: ANSWER });
    const { project, cox, asked, totals } = open('budget', script, { qa: { enabled: false } });
    const args = ['--ci', '--max-parallel', '3', '--budget-tokens', String(budget)];
    const first = await cox('run', project.plan, ...args);
    assert.equal(first.code, 4, first.stdout + first.stderr);
    const early = asked().length;
    assert.ok(early * ANSWER <= budget + TASKS.length * ANSWER, `${early} answers`);
    const left = await totals();
    const used = left.tokens.input + left.tokens.output;
    assert.ok(used >= budget, JSON.stringify(left));
    assertTold(left.tokens.input, early);
    assert.equal(left.estimated_usd, left.cost_usd);

    const second = await cox('resume', '--ci', '--budget-tokens', '1000000');
    assert.equal(second.code, 0, second.stdout + second.stderr);
    const all = asked();
    assert.ok(all.some(({ turn, said }) => turn > 1 && said.at(-1)?.includes('there is more now')));
    // What was told at the end of a session holds what was estimated when it was stopped.
    const done = await totals();
    assertTold(done.tokens.input, all.length);
    const model = all[0]?.model ?? '';
    const price = priceOf(model);
    assert.ok(price !== undefined, `no price of ${model}`);
    const each = costOf(price, {
      inputTokens: INPUT,
      cachedTokens: USAGE.cached,
      outputTokens: USAGE.output,
    });
    const cost = all.length * each;
    assert.ok(Math.abs(done.cost_usd - cost) < 0.4 * cost, `${done.cost_usd} of ${cost} USD`);
  });

  for (const [real, sandbox] of SILENT)
    it(`is read from the session of ${real.program} while it works, with the sandbox ${sandbox}`, {
      skip: programOf(real) === null && `${real.program} is not installed`,
    }, async () => {
      const budget = 700;
      const answer = USAGE.input + USAGE.output;
      const settings = { qa: { enabled: false }, sandbox: { mode: sandbox } };
      let isMore = false;
      const script: Script = (question) =>
        isMore ? makeIt(question) : goOn(question, { tokens: budget, answer });
      const { project, cox, asked, totals } = open(`${real.program}-${sandbox}`, script, settings, real);
      const args = ['--ci', '--max-parallel', '3', '--budget-tokens', String(budget)];
      const first = await cox('run', project.plan, ...args, '--sandbox', sandbox);
      assert.equal(first.code, 4, first.stdout + first.stderr);
      const early = asked().length;
      assert.ok(early * answer <= budget + TASKS.length * answer, `${early} answers`);
      const left = await totals();
      assert.ok(left.tokens.input + left.tokens.output >= budget, JSON.stringify(left));
      assert.equal(left.unpriced_tokens, 0);
      isMore = true;
      const second = await cox('resume', '--ci', '--budget-tokens', '1000000');
      assert.equal(second.code, 0, second.stdout + second.stderr);
      const done = await totals();
      const used = done.tokens.input + done.tokens.output;
      const most = asked().length * answer;
      assert.ok(used <= most && used >= most - TASKS.length * answer, `${used} of ${most} tokens`);
    });
});
