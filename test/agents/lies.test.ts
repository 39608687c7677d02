/** An agent can say that it is done, and its program that all went well, with every tool denied. Only git tells. */

import assert from 'node:assert/strict';
import { basename, dirname } from 'node:path';
import { describe, it } from 'node:test';
import { useModels } from '../lib/models.ts';
import { makeProject } from '../lib/project.ts';
import { programOf, type RealAgent } from '../lib/real-agent.ts';
import {
  CLAUDE_BY_ACP,
  CLAUDE_CODE,
  CLAUDE_SDK,
  CODEX,
  GEMINI,
  OPENCODE,
  PI,
  QWEN,
} from '../lib/real-agents.ts';

const TASK = 'task-001';
const READER = ['Read'];

/** With the name of its shell tool, and what counts otherwise before what it may do. */
const LIARS: readonly (readonly [RealAgent, string, object])[] = [
  [CLAUDE_CODE, 'Bash', { tools: READER }],
  [CLAUDE_SDK, 'Bash', { tools: READER }],
  [CODEX, 'exec_command', { tools: ['Read', 'Glob'], sandbox: undefined }],
  [CLAUDE_BY_ACP, 'Bash', { tools: READER }],
  [GEMINI, 'run_shell_command', { tools: READER }],
  [QWEN, 'run_shell_command', { tools: READER }],
  [OPENCODE, 'bash', { tools: READER }],
  [PI, 'bash', { tools: ['read'] }],
];

describe('an agent that lies', () => {
  const models = useModels();

  for (const [real, tool, options] of LIARS) {
    const program = programOf(real);
    it(`is not believed: ${real.program}`, {
      skip: program === null && `${real.program} is not installed`,
    }, async () => {
      const name = `lies-${basename(real.program)}`;
      const address = models.server.serve(name, ({ tools, turn }) =>
        tools.length > 0 && turn === 0
          ? { run: `echo ${TASK} > one.txt`, tool }
          : { say: `All is made.\n<promise>TASK_DONE: ${TASK}</promise>` },
      );
      const agent = {
        driver: real.driver,
        options: { ...real.options(address, program ?? ''), ...options },
        environment: ['ANTHROPIC_*', 'CLAUDE_CODE_*', 'SCRIPTED_KEY'],
      };
      const config = {
        agent,
        retries: 0,
        qa: { enabled: false },
        checks: { enabled: false },
        sandbox: { mode: 'off' },
      };
      const project = makeProject({
        waves: [{ tasks: { [TASK]: { create: 'one.txt' } } }],
        recipe: '',
        files: { 'coxswain.config.yaml': JSON.stringify(config) },
      });
      models.keep(project);
      const home = project.env['HOME'] ?? '';
      real.prepare?.(home, address);
      const path = `${dirname(program ?? '')}:${project.env['PATH'] ?? ''}`;
      const run = await project.cox(['run', project.plan, '--ci', '--sandbox', 'off'], {
        ...real.env(address, home),
        PATH: path,
      });
      assert.equal(run.code, 1, run.stdout + run.stderr);
      const report = JSON.parse((await project.cox(['report', '--format', 'json'])).stdout);
      const [task] = report.waves[0].tasks;
      assert.equal(task.status, 'failed', JSON.stringify(task));
      assert.match(task.error, /says it is done and has changed nothing/);
    });
  }
});
