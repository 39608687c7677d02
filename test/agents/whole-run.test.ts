/**
 * One plan of three waves and one configuration: done by the real agents that a flag chooses and looked at by another,
 * behind walls.
 */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { eventually } from '../../src/testing/agent-bench.ts';
import type { Asked, Reply, Script } from '../lib/model-server/reply.ts';
import { useModels } from '../lib/models.ts';
import { makeProject, type Project } from '../lib/project.ts';
import { programOf, type RealAgent } from '../lib/real-agent.ts';
import { CLAUDE_BY_ACP, CLAUDE_CODE, CODEX } from '../lib/real-agents.ts';

const WAVES = [
  { tasks: { 'task-001': { create: 'one.txt' }, 'task-002': { create: 'two.txt' } } },
  { tasks: { 'task-003': { create: 'three.txt', deps: 'task-001' } } },
  { tasks: { 'task-004': { create: 'four.txt', deps: 'task-003' } } },
];

const CREATED = new Map(
  WAVES.flatMap(({ tasks }) => Object.entries(tasks).map(([id, { create }]) => [id, create])),
);

/** Makes the file of whatever task it is asked for, and approves of whatever work. */
function doIt({ said, turn }: Asked): Reply {
  const all = said.join('\n');
  const task = /TASK_(?:DONE|APPROVED): (task-\d+)/.exec(all)?.[1] ?? '';
  if (all.includes(`TASK_APPROVED: ${task}`)) {
    if (turn === 0) return { run: 'git log --oneline | head -3' };
    return { say: `It is as it should be.\n<promise>TASK_APPROVED: ${task}</promise>` };
  }
  const file = CREATED.get(task) ?? '';
  if (turn === 0) return { run: `echo ${task} > ${file} && git add ${file} && git commit -qm Work` };
  return { say: `${file} is made.\n<promise>TASK_DONE: ${task}</promise>` };
}

const DOERS = [CLAUDE_CODE, CODEX, CLAUDE_BY_ACP];

describe('a plan with real agents', { skip: missing(CLAUDE_CODE, CODEX) }, () => {
  const models = useModels();

  /** The same files whoever does it. */
  const open = (name: string, script: Script, reviewer: RealAgent = CODEX): Opened => {
    const address = models.server.serve(name, script);
    const optionsOf = (agent: RealAgent): object => agent.options(address, programOf(agent) ?? agent.program);
    const config = {
      agent: {
        drivers: Object.fromEntries(DOERS.map((doer) => [doer.driver, optionsOf(doer)])),
        environment: ['SCRIPTED_KEY', 'ANTHROPIC_*', 'CLAUDE_CODE_*'],
      },
      qa: { agent: reviewer.driver, options: optionsOf(reviewer) },
      sandbox: { mode: 'required' },
    };
    const project = makeProject({
      waves: WAVES,
      recipe: '',
      files: { 'coxswain.config.yaml': JSON.stringify(config) },
    });
    models.keep(project);
    const home = project.env['HOME'] ?? '';
    const folders = DOERS.flatMap((doer) => programOf(doer) ?? []).map((path) => dirname(path));
    const env = {
      ...Object.assign({}, ...DOERS.map((doer) => doer.env(address, home))),
      COX_SANDBOX: 'required',
      PATH: [...new Set(folders), project.env['PATH'] ?? ''].join(':'),
    };
    return { project, env };
  };

  for (const doer of DOERS) {
    const flags = ['--agent', doer.driver];

    it(`is done by ${doer.program}, behind walls`, { skip: missing(doer) }, async () => {
      const { project, env } = open(`${doer.driver}-whole`, doIt);
      const ended = await project.cox(['run', project.plan, ...flags], env);
      assert.equal(ended.code, 0, `${ended.stdout}\n${ended.stderr}`);
      await assertWhole(project);
    });

    it(`of ${doer.program} that was killed in the middle is brought to its end`, {
      skip: missing(doer),
    }, async () => {
      let asked = 0;
      const { project, env } = open(`${doer.driver}-killed`, (question) => {
        asked += 1;
        return doIt(question);
      });
      const first = project.start(['run', project.plan, ...flags], env);
      assert.ok(await eventually(() => asked > 0));
      first.kill('SIGKILL');
      await first.ended;
      const second = await project.cox(['resume'], env);
      assert.equal(second.code, 0, `${second.stdout}\n${second.stderr}`);
      await assertWhole(project);
    });
  }

  it('of Codex is approved by Claude Code', async () => {
    const { project, env } = open('codex-approved', doIt, CLAUDE_CODE);
    const ended = await project.cox(['run', project.plan, '--agent', CODEX.driver], env);
    assert.equal(ended.code, 0, `${ended.stdout}\n${ended.stderr}`);
    await assertWhole(project);
  });
});

interface Opened {
  readonly project: Project;
  readonly env: Readonly<Record<string, string>>;
}

async function assertWhole(project: Project): Promise<void> {
  const report = JSON.parse((await project.cox(['report', '--format', 'json'])).stdout);
  const tasks = report.waves.flatMap((wave: { tasks: readonly unknown[] }) => wave.tasks);
  assert.equal(tasks.length, CREATED.size);
  for (const task of tasks) {
    assert.equal(task.status, 'merged', JSON.stringify(task));
    assert.equal(task.qa.status, 'approved');
    assert.ok(task.tokens.output > 0, JSON.stringify(task.tokens));
  }
  const files = project.git(['ls-tree', '--name-only', report.integration_branch]).split('\n');
  for (const file of CREATED.values()) {
    assert.ok(files.includes(file), file);
    assert.ok(!existsSync(join(project.path, file)), `${file} in the user's checkout`);
  }
}

function missing(...agents: readonly RealAgent[]): string | false {
  const not = agents.filter((agent) => programOf(agent) === null);
  return not.length === 0 ? false : `${not.map(({ program }) => program).join(' and ')} not installed`;
}
