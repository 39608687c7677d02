/** Real agents that ask by a sign: what they are told is the answer, in the session in which they have asked. */

import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import type { Asked, Reply } from '../lib/model-server/reply.ts';
import { useModels } from '../lib/models.ts';
import { makeProject } from '../lib/project.ts';
import { programOf } from '../lib/real-agent.ts';
import { CLAUDE_BY_ACP, CLAUDE_CODE, CODEX } from '../lib/real-agents.ts';

const ASK = '<promise>TASK_QUESTION: task-001 Which of the two?</promise>';
const DONE = '<promise>TASK_DONE: task-001</promise>';
const MAKE = 'echo x > one.txt && git add one.txt && git commit -qm One';

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
      const config = {
        agent: {
          driver: agent.driver,
          options: agent.options(address, program ?? ''),
          environment: ['SCRIPTED_KEY', 'ANTHROPIC_*', 'CLAUDE_CODE_*'],
        },
        qa: { enabled: false },
        questions: { by: 'rule', answer: 'The left one.' },
      };
      const project = makeProject({
        waves: [{ tasks: { 'task-001': { create: 'one.txt' } } }],
        recipe: '',
        files: { 'coxswain.config.yaml': JSON.stringify(config) },
      });
      models.keep(project);
      const env = {
        ...agent.env(address, project.env['HOME'] ?? ''),
        PATH: `${dirname(program ?? '')}:${project.env['PATH'] ?? ''}`,
      };
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
  });
}
