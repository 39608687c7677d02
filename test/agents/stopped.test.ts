/** Whole runs in which an attempt is stopped: the next one goes on in its session, and what both used counts once. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Asked, type Reply, USAGE } from '../lib/model-server/reply.ts';
import { useModels } from '../lib/models.ts';
import { programOf, type RealAgent } from '../lib/real-agent.ts';
import { CLAUDE_BY_ACP, CLAUDE_CODE, CODEX, CODEX_BY_ACP } from '../lib/real-agents.ts';
import { newest, realProject, type Tokens } from '../lib/real-project.ts';

interface Stop {
  readonly by: string;
  readonly settings: object;
  /** What the model of the first attempt answers by turn; the last one again. */
  readonly first: readonly Reply[];
  /** In the prompt of the next. */
  readonly told: RegExp;
  /** The run ends at it, and goes on with this. */
  readonly resume?: readonly string[];
}

const commit = (text: string): Reply => ({
  run: `echo ${text} > one.txt && git add one.txt && git commit -qm ${text}`,
});
const DONE: Reply = { say: '<promise>TASK_DONE: task-001</promise>' };
/** Longer than any of the limits. */
const QUIET: Reply = { run: 'timeout 60 tail -f /dev/null' };
/** Long enough for what it has used by then to be seen. */
const SHORT: Reply = { run: 'timeout 1 tail -f /dev/null' };

/** Three answers of any model are more, and two are less. */
const BUDGET = 300;

const STOPS: readonly Stop[] = [
  {
    by: 'its time limit',
    settings: { timeout: '15s', grace: '1s' },
    first: [commit('half'), { hang: true }],
    told: /stopped at its time limit of 15 s/,
  },
  {
    by: 'its silence',
    settings: { idleTimeout: '8s', grace: '1s' },
    first: [commit('half'), QUIET],
    told: /stopped after 8 s without any output/,
  },
  {
    by: 'the budget of an attempt',
    settings: { budget: { attemptTokens: BUDGET }, grace: '1s' },
    first: [commit('half'), SHORT, QUIET],
    told: /used up what one attempt may use/,
  },
  {
    by: 'the budget of its task',
    settings: { budget: { taskTokens: BUDGET }, grace: '1s' },
    first: [commit('half'), SHORT, QUIET],
    told: /used up what a task may use/,
    resume: ['resume', '--retry-failed'],
  },
  {
    by: 'QA',
    settings: { qa: { enabled: true } },
    first: [commit('half'), DONE],
    told: /QA rejected its work.*it is half/,
  },
];

/** Beside each what one answer has read, as the service of the agent counts. */
const AGENTS: readonly (readonly [RealAgent, number])[] = [
  [CLAUDE_CODE, USAGE.input + USAGE.cached],
  [CODEX, USAGE.input],
  [CLAUDE_BY_ACP, USAGE.input + USAGE.cached],
  [CODEX_BY_ACP, USAGE.input],
];

for (const [agent, input] of AGENTS)
  describe(`an attempt of ${agent.program} that is stopped`, {
    skip: programOf(agent) === null && `${agent.program} is not installed`,
    concurrency: 2,
  }, () => {
    const models = useModels();

    for (const { by, settings, first, told, resume } of STOPS)
      it(`by ${by} goes on in its session`, async () => {
        const name = `${agent.program}-${by.replaceAll(' ', '-')}`;
        const script = ({ said, tools, turn }: Asked): Reply => {
          // Some ask a model without tools for a title.
          if (tools.length === 0) return { say: 'A title' };
          if (isOfQa(said)) return lookAt(said.join('\n'), turn);
          if (told.test(newest(said))) return commit('whole');
          return said.some((text) => told.test(text)) ? DONE : (first[turn] ?? first.at(-1) ?? DONE);
        };
        const { cox, plan, task, asked } = realProject(agent, { models, name, script, settings });
        const run = await cox('run', plan);
        assert.equal(run.code, resume === undefined ? 0 : 1, `${run.stdout}\n${run.stderr}`);
        const ended = resume === undefined ? run : await cox(...resume);
        assert.equal(ended.code, 0, `${ended.stdout}\n${ended.stderr}`);

        const own = asked().filter(({ said, tools }) => tools.length > 0 && !isOfQa(said));
        const at = own.findIndex(({ said }) => told.test(newest(said)));
        assert.ok(at > 0, JSON.stringify(own));
        const [prompt = '', ...before] = own[at]?.said.toReversed() ?? [];
        assert.ok(
          before.some((text) => text.includes('IMPLEMENTATION REQUIREMENTS')),
          JSON.stringify(before),
        );
        assert.doesNotMatch(prompt, /IMPLEMENTATION REQUIREMENTS/);

        const { status, used_by_attempt } = await task();
        assert.equal(status, 'merged');
        const [stopped, last, ...more] = used_by_attempt.filter(({ role }) => role === 'executor');
        assert.deepEqual(more, []);
        const answers = own.length - at;
        const each = { input, output: USAGE.output, cached: USAGE.cached };
        assert.deepEqual(last?.tokens, times(each, answers), name);
        // An answer that was on its way was not told; one that gave the session a title was.
        const counted = (stopped?.tokens.input ?? 0) / input;
        const titles = asked().filter(({ tools }) => tools.length === 0).length;
        assert.ok(counted >= at - 1 && counted <= at + titles, JSON.stringify(stopped));
      });
  });

function isOfQa(said: readonly string[]): boolean {
  return said.some((text) => text.includes('TASK_APPROVED'));
}

/** QA of what the first attempt, and then the second, has handed in. */
function lookAt(all: string, turn: number): Reply {
  if (turn === 0) return { run: 'cat one.txt | sed "s/^/it is /"' };
  return all.includes('it is whole')
    ? { say: '<promise>TASK_APPROVED: task-001</promise>' }
    : { say: '<promise>TASK_REJECTED: task-001 it is half</promise>' };
}

function times({ input, output, cached }: Tokens, count: number): Tokens {
  return { input: input * count, output: output * count, cached: cached * count };
}
