/** MCP servers stand behind the walls of the agent that starts them. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { MCP_SERVER } from '../lib/foreign-servers.ts';
import type { Asked, Reply } from '../lib/model-server/reply.ts';
import { useModels } from '../lib/models.ts';
import { makeProject } from '../lib/project.ts';
import { programOf } from '../lib/real-agent.ts';
import { CLAUDE_CODE, CODEX } from '../lib/real-agents.ts';

const TASKS = { 'task-001': { create: 'one.txt' } };

function doIt({ turn }: Asked): Reply {
  if (turn === 0) return { call: 'take_note', input: { text: 'one' } };
  if (turn === 1) return { run: 'echo one > one.txt && git add one.txt && git commit -qm One' };
  return { say: '<promise>TASK_DONE: task-001</promise>' };
}

for (const agent of [CLAUDE_CODE, CODEX]) {
  const program = programOf(agent);
  describe(`an MCP server of ${agent.program}`, {
    skip: program === null ? `${agent.program} is not installed` : false,
  }, () => {
    const models = useModels();

    it('is used inside the walls, and does not see what lies outside of them', async () => {
      const address = models.server.serve(agent.program, doIt);
      const project = makeProject({ waves: [{ tasks: TASKS }], recipe: '' });
      models.keep(project);
      const secret = join(project.root, 'secret.txt');
      writeFileSync(secret, 'secret');
      const desk = {
        command: process.execPath,
        args: [MCP_SERVER, 'the desk'],
        env: { NOTE_LOOK: secret },
        environment: ['NOTE_PLACE'],
      };
      const config = {
        agent: {
          driver: agent.driver,
          options: { ...agent.options(address, program ?? ''), mcp: { desk } },
          environment: ['SCRIPTED_KEY', 'NOTE_PLACE'],
        },
        qa: { enabled: false },
        sandbox: { mode: 'required' },
      };
      writeFileSync(join(project.path, 'coxswain.config.yaml'), JSON.stringify(config));
      project.git(['commit', '--quiet', '--all', '--message', 'Settings']);
      const env = {
        ...agent.env(address, project.env['HOME'] ?? ''),
        NOTE_PLACE: 'the book',
        COX_SANDBOX: 'required',
        PATH: `${dirname(program ?? '')}:${project.env['PATH'] ?? ''}`,
      };
      const ended = await project.cox(['run', project.plan], env);
      assert.equal(ended.code, 0, `${ended.stdout}\n${ended.stderr}`);
      const said = models.server.requests.flatMap(({ asked }) => asked.said).join('\n');
      assert.match(said, /the desk noted \\?"one\\?" in the book for no mark, and does not see outside/);
    });
  });
}
