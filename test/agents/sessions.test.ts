/** A task that does not come to its end at once goes on in its agent's own session, behind walls. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import type { Asked, Reply, Script } from '../lib/model-server/reply.ts';
import type { ModelServer } from '../lib/model-server/server.ts';
import { useModels } from '../lib/models.ts';
import { makeProject, type Project } from '../lib/project.ts';
import { programOf, type RealAgent } from '../lib/real-agent.ts';
import { CLAUDE_BY_ACP, CLAUDE_CODE, CODEX } from '../lib/real-agents.ts';
import { until } from '../lib/until.ts';

const TASKS = { 'task-001': { create: 'one.txt' } };
const DONE = '<promise>TASK_DONE: task-001</promise>';
const commit = (text: string): string =>
  `echo ${text} > one.txt && git add one.txt && git commit -qm ${text}`;

for (const agent of [CLAUDE_CODE, CODEX, CLAUDE_BY_ACP]) {
  const isThere = programOf(agent) !== null;
  describe(`a task of ${agent.program}`, {
    skip: isThere ? false : `${agent.program} is not installed`,
  }, () => {
    const models = useModels();

    const run = async (name: string, script: Script, check: string): Promise<Run> => {
      const opened = open(agent, { server: models.server, name, script, check });
      models.keep(opened.project);
      const ended = await opened.project.cox(['run', opened.project.plan], opened.env);
      assert.equal(ended.code, 0, `${ended.stdout}\n${ended.stderr}`);
      const log = await opened.project.cox(['report', '--format', 'json'], opened.env);
      return {
        ...opened,
        task: JSON.parse(log.stdout).waves[0].tasks[0],
        asked: askedOf(models.server, name),
      };
    };

    it('whose work does not pass goes on in the same session, and is told only what was found', async () => {
      const name = `${agent.program}-red`;
      const script = ({ said, turn }: Asked): Reply => {
        const isSecond = said.some((text) => text.includes('did not pass'));
        if (!isSecond) return turn === 0 ? { run: commit('wrong') } : { say: `Made.\n${DONE}` };
        return newest(said).includes('did not pass') ? { run: commit('right') } : { say: DONE };
      };
      const { task, asked } = await run(name, script, 'grep -q right one.txt');
      assert.equal(task.attempts, 2, JSON.stringify(task));
      const first = asked.find(({ said, turn }) => turn > 0 && newest(said).includes('did not pass'));
      assert.ok(first !== undefined, JSON.stringify(asked));
      // What was said before is there, and its newest words are not the whole prompt again.
      assert.equal(first.turn, 2);
      assert.ok(first.said.slice(0, -1).some((text) => text.includes('IMPLEMENTATION REQUIREMENTS')));
      assert.doesNotMatch(newest(first.said), /IMPLEMENTATION REQUIREMENTS/);
      assert.match(newest(first.said), /TASK_DONE: task-001/);
      assert.ok(task.tokens.output > 0);
    });

    it('that was killed goes on in the same session', async () => {
      const name = `${agent.program}-killed`;
      let killed = 0;
      const script = ({ said, tools }: Asked): Reply => {
        // Some ask a model without tools for a title.
        if (tools.length === 0) return { say: 'A title' };
        if (newest(said).includes('Your worktree')) return { run: commit('right') };
        if (said.some((text) => text.includes('Your worktree'))) return { say: DONE };
        killed += 1;
        return { run: KILL };
      };
      const { task, asked, project } = await run(name, script, 'true');
      assert.equal(killed, 1);
      assert.equal(task.attempts, 2, JSON.stringify(task));
      const second = asked.find(({ said, turn }) => turn > 0 && newest(said).includes('Your worktree'));
      assert.ok(second?.said.some((text) => text.includes('IMPLEMENTATION REQUIREMENTS')));
      assert.doesNotMatch(newest(second?.said ?? []), /IMPLEMENTATION REQUIREMENTS/);
      assert.equal(readFileSync(join(project.path, 'README.md'), 'utf8'), '# Sample\n');
    });

    it('that is interrupted before it says a word in its session keeps it, and what it was to be told', async () => {
      const name = `${agent.program}-interrupted`;
      let isInterrupted = false;
      const script = ({ said, tools, turn }: Asked): Reply => {
        if (tools.length === 0) return { say: 'A title' };
        if (!said.some((text) => text.includes('did not pass')))
          return turn === 0 ? { run: commit('wrong') } : { say: `Made.\n${DONE}` };
        if (!isInterrupted) return { hang: true };
        return newest(said).includes('Your worktree') ? { run: commit('right') } : { say: DONE };
      };
      const check = 'grep -q right one.txt';
      const { project, env } = open(agent, { server: models.server, name, script, check });
      models.keep(project);
      const first = project.start(['run', project.plan], env);
      await until(() => first.stdout().includes('started (attempt 2'));
      first.kill('SIGTERM');
      assert.equal((await first.ended).code, 143);
      isInterrupted = true;
      const second = await project.cox(['resume'], env);
      assert.equal(second.code, 0, `${second.stdout}\n${second.stderr}`);
      const last = askedOf(models.server, name).filter(({ turn, said }) => turn > 1 && said.length > 0);
      const told = last.find(({ said }) => newest(said).includes('Your worktree'));
      assert.ok(told !== undefined, JSON.stringify(last));
      assert.ok(told.said.slice(0, -1).some((text) => text.includes('IMPLEMENTATION REQUIREMENTS')));
      assert.ok(told.said.some((text) => text.includes('did not pass')));
      for (const { said } of last) assert.doesNotMatch(newest(said), /IMPLEMENTATION REQUIREMENTS/);
    });
  });
}

/** The agent's own program, behind whichever shell it runs its tool in. */
const KILL = 'kill -9 $(ps -o ppid= -p $$) $PPID; sleep 20';

interface Opened {
  readonly project: Project;
  readonly env: Readonly<Record<string, string>>;
}

interface Run extends Opened {
  /** Of the report. */
  readonly task: { readonly attempts: number; readonly tokens: { readonly output: number } };
  readonly asked: readonly Asked[];
}

interface Opening {
  readonly server: ModelServer;
  readonly name: string;
  readonly script: Script;
  readonly check: string;
}

function open(agent: RealAgent, { server, name, script, check }: Opening): Opened {
  const address = server.serve(name, script);
  const program = programOf(agent) ?? '';
  const config = {
    agent: {
      driver: agent.driver,
      options: agent.options(address, program),
      environment: ['SCRIPTED_KEY', 'ANTHROPIC_*', 'CLAUDE_CODE_*'],
    },
    qa: { enabled: false },
    backoff: { first: '50ms' },
    checks: { commands: { own: { run: check, critical: true } } },
    sandbox: { mode: 'required' },
  };
  const project = makeProject({
    waves: [{ tasks: TASKS }],
    recipe: '',
    files: { 'coxswain.config.yaml': JSON.stringify(config) },
  });
  const env = {
    ...agent.env(address, project.env['HOME'] ?? ''),
    COX_SANDBOX: 'required',
    PATH: `${dirname(program)}:${project.env['PATH'] ?? ''}`,
  };
  return { project, env };
}

function askedOf(server: ModelServer, name: string): readonly Asked[] {
  return server.requests.filter(({ script }) => script === name).map(({ asked }) => asked);
}

function newest(said: readonly string[]): string {
  return said.at(-1) ?? '';
}
