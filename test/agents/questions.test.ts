/** Real agents that ask by a sign: what they are told is the answer, in the session in which they have asked. */

import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import type { Asked, Reply } from '../lib/model-server/reply.ts';
import { useModels } from '../lib/models.ts';
import { makeProject, type Project } from '../lib/project.ts';
import { programOf, type RealAgent } from '../lib/real-agent.ts';
import { CLAUDE_BY_ACP, CLAUDE_CODE, CODEX } from '../lib/real-agents.ts';

const ASK = '<promise>TASK_QUESTION: task-001 Which of the two?</promise>';
const DONE = '<promise>TASK_DONE: task-001</promise>';
const MAKE = 'echo x > one.txt && git add one.txt && git commit -qm One';

const ANSWER = '<promise>TASK_ANSWER: task-001 Take the left one:\nit is there.</promise>';

interface Asking {
  readonly address: string;
  readonly questions: object;
}

function askingProject(agent: RealAgent, { address, questions }: Asking): Project {
  const config = {
    agent: {
      driver: agent.driver,
      options: agent.options(address, programOf(agent) ?? ''),
      environment: ['SCRIPTED_KEY', 'ANTHROPIC_*', 'CLAUDE_CODE_*'],
    },
    qa: { enabled: false },
    questions,
  };
  return makeProject({
    waves: [{ tasks: { 'task-001': { create: 'one.txt' } } }],
    recipe: '',
    files: { 'coxswain.config.yaml': JSON.stringify(config) },
  });
}

function envOf(agent: RealAgent, address: string, project: Project): Record<string, string> {
  const path = [agent, CLAUDE_CODE].map((each) => dirname(programOf(each) ?? '')).join(':');
  return {
    ...CLAUDE_CODE.env(address, project.env['HOME'] ?? ''),
    ...agent.env(address, project.env['HOME'] ?? ''),
    PATH: `${path}:${project.env['PATH'] ?? ''}`,
  };
}

for (const agent of [CLAUDE_CODE, CODEX, CLAUDE_BY_ACP]) {
  const program = programOf(agent);
  describe(`${agent.program} that asks`, {
    skip: program === null && `${agent.program} is not installed`,
  }, () => {
    const models = useModels();

    it('goes on with the answer of the rule', async () => {
      const script = ({ said, tools }: Asked): Reply => {
        // Some ask a model without tools for a title.
        if (tools.length === 0) return { say: 'A title' };
        if (!said.some((text) => text.includes('The left one.'))) return { say: ASK };
        return said.at(-1)?.includes('The left one.') === true ? { run: MAKE } : { say: DONE };
      };
      const address = models.server.serve('asks', script);
      const questions = { by: 'rule', answer: 'The left one.' };
      const project = askingProject(agent, { address, questions });
      models.keep(project);
      const env = envOf(agent, address, project);
      const ended = await project.cox(['run', project.plan], env);
      assert.equal(ended.code, 0, `${ended.stdout}\n${ended.stderr}`);
      assert.match(ended.stdout, /task-001 attempt 1 asks: Which of the two\?/);
      const asked = models.server.requests.map((request) => request.asked);
      const told = asked.find(
        ({ said, tools }) => tools.length > 0 && said.at(-1)?.includes('The left one.') === true,
      );
      assert.match(told?.said.at(-1) ?? '', /You asked:[\s\S]*Which of the two\?/);
      assert.ok((told?.turn ?? 0) >= 1, 'it goes on in its session');
    });

    it('is answered by an adviser that can only read, with another model', async () => {
      let tools: readonly string[] = [];
      const script = ({ said, tools: offered, model }: Asked): Reply => {
        if (said.some((text) => text.includes('A QUESTION ABOUT'))) {
          if (model.includes('haiku') && offered.length > 0) tools = offered;
          return { say: `I looked.\n${ANSWER}` };
        }
        if (offered.length === 0) return { say: 'A title' };
        if (!said.some((text) => text.includes('the left one'))) return { say: ASK };
        return said.at(-1)?.includes('the left one') === true ? { run: MAKE } : { say: DONE };
      };
      const address = models.server.serve('advises', script);
      const project = askingProject(agent, {
        address,
        questions: {
          by: 'adviser',
          agent: CLAUDE_CODE.driver,
          options: { program: programOf(CLAUDE_CODE), model: 'haiku' },
        },
      });
      models.keep(project);
      const ended = await project.cox(['run', project.plan], envOf(agent, address, project));
      assert.equal(ended.code, 0, `${ended.stdout}\n${ended.stderr}`);
      assert.match(ended.stdout, /task-001 attempt 2 .*answers: Take the left one:\s+it is there/);
      const told = models.server.requests.map(({ asked }) => asked.said.at(-1) ?? '');
      assert.ok(told.some((text) => /You asked:[\s\S]*Another agent[\s\S]*the left one/.test(text)));
      assert.ok(tools.includes('Read'), `it is offered ${tools.join(', ')}`);
      assert.deepEqual(
        tools.filter((name) => ['Bash', 'Edit', 'Write', 'Task', 'WebFetch'].includes(name)),
        [],
      );
      const status = JSON.parse((await project.cox(['status', '--json'])).stdout);
      const [, adviser] = status.tasks[0].usedByAttempt;
      assert.equal(adviser.role, 'adviser');
      assert.match(adviser.model, /haiku/);
      assert.ok(adviser.tokens.input > 0);
    });
  });
}
