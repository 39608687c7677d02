/** A task that does not come to its end at once goes on in its agent's own session, behind walls. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Asked, Reply, Script } from '../lib/model-server/reply.ts';
import { useModels } from '../lib/models.ts';
import { programOf } from '../lib/real-agent.ts';
import { CLAUDE_BY_ACP, CLAUDE_CODE, CODEX } from '../lib/real-agents.ts';
import { newest, type RealProject, type ReportedTask, realProject } from '../lib/real-project.ts';
import { until } from '../lib/until.ts';

const DONE = '<promise>TASK_DONE: task-001</promise>';
const commit = (text: string): string =>
  `echo ${text} > one.txt && git add one.txt && git commit -qm ${text}`;

for (const agent of [CLAUDE_CODE, CODEX, CLAUDE_BY_ACP]) {
  const isThere = programOf(agent) !== null;
  describe(`a task of ${agent.program}`, {
    skip: isThere ? false : `${agent.program} is not installed`,
  }, () => {
    const models = useModels();

    const open = (name: string, script: Script, check: string): RealProject => {
      const settings = { checks: { commands: { own: { run: check, critical: true } } } };
      return realProject(agent, { models, name, script, settings });
    };

    const run = async (name: string, script: Script, check: string): Promise<Run> => {
      const { path, plan, cox, task, asked } = open(name, script, check);
      const ended = await cox('run', plan);
      assert.equal(ended.code, 0, `${ended.stdout}\n${ended.stderr}`);
      return { path, task: await task(), asked: asked() };
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
      const { task, asked, path } = await run(name, script, 'true');
      assert.equal(killed, 1);
      assert.equal(task.attempts, 2, JSON.stringify(task));
      const second = asked.find(({ said, turn }) => turn > 0 && newest(said).includes('Your worktree'));
      assert.ok(second?.said.some((text) => text.includes('IMPLEMENTATION REQUIREMENTS')));
      assert.doesNotMatch(newest(second?.said ?? []), /IMPLEMENTATION REQUIREMENTS/);
      assert.equal(readFileSync(join(path, 'README.md'), 'utf8'), '# Sample\n');
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
      const { plan, start, cox, asked } = open(name, script, 'grep -q right one.txt');
      const first = start('run', plan);
      await until(() => first.stdout().includes('started (attempt 2'));
      first.kill('SIGTERM');
      assert.equal((await first.ended).code, 143);
      isInterrupted = true;
      const second = await cox('resume');
      assert.equal(second.code, 0, `${second.stdout}\n${second.stderr}`);
      const last = asked().filter(({ turn, said }) => turn > 1 && said.length > 0);
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

interface Run {
  readonly path: string;
  readonly task: ReportedTask;
  readonly asked: readonly Asked[];
}
