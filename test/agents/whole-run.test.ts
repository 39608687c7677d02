/** A plan of three waves, done by real agents and looked at by real agents, behind walls. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { eventually } from '../../src/testing/agent-bench.ts';
import type { Asked, Reply, Script } from '../lib/model-server/reply.ts';
import { ModelServer } from '../lib/model-server/server.ts';
import { makeProject, type Project } from '../lib/project.ts';
import { programOf, type RealAgent } from '../lib/real-agent.ts';
import { CLAUDE_CODE, CODEX } from '../lib/real-agents.ts';

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

describe('a plan with real agents', { skip: missing() }, () => {
  let server: ModelServer;
  const projects: Project[] = [];
  before(async () => {
    server = await ModelServer.open();
  });
  after(async () => {
    for (const project of projects) project.remove();
    await server.close();
  });

  const open = (doer: RealAgent, reviewer: RealAgent, name: string, script: Script): Opened => {
    const address = server.serve(name, script);
    const config = {
      agent: {
        driver: doer.driver,
        options: doer.options(address, programOf(doer) ?? ''),
        environment: ['SCRIPTED_KEY'],
      },
      qa: { agent: reviewer.driver, options: reviewer.options(address, programOf(reviewer) ?? '') },
      sandbox: { mode: 'required' },
    };
    const project = makeProject({
      waves: WAVES,
      recipe: '',
      files: { 'coxswain.config.yaml': JSON.stringify(config) },
    });
    projects.push(project);
    const home = project.env['HOME'] ?? '';
    const env = {
      ...doer.env(address, home),
      ...reviewer.env(address, home),
      COX_SANDBOX: 'required',
      PATH: `${dirname(programOf(doer) ?? '')}:${project.env['PATH'] ?? ''}`,
    };
    return { project, env };
  };

  for (const [doer, reviewer] of [
    [CLAUDE_CODE, CODEX],
    [CODEX, CLAUDE_CODE],
  ] as const) {
    it(`is done by ${doer.driver} and approved by ${reviewer.driver}, behind walls`, async () => {
      const { project, env } = open(doer, reviewer, `${doer.driver}-whole`, doIt);
      const ended = await project.cox(['run', project.plan], env);
      assert.equal(ended.code, 0, `${ended.stdout}\n${ended.stderr}`);
      await assertWhole(project);
    });

    it(`of ${doer.driver} that was killed in the middle is brought to its end`, async () => {
      const name = `${doer.driver}-killed`;
      let asked = 0;
      const { project, env } = open(doer, reviewer, name, (question) => {
        asked += 1;
        return doIt(question);
      });
      const first = project.start(['run', project.plan], env);
      assert.ok(await eventually(() => asked > 0));
      first.kill('SIGKILL');
      await first.ended;
      const second = await project.cox(['resume'], env);
      assert.equal(second.code, 0, `${second.stdout}\n${second.stderr}`);
      await assertWhole(project);
    });
  }
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

function missing(): string | false {
  const not = [CLAUDE_CODE, CODEX].filter((agent: RealAgent) => programOf(agent) === null);
  return not.length === 0 ? false : `${not.map(({ program }) => program).join(' and ')} not installed`;
}
