/** Runs whose agents are not logged in. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { linesOf, makeProject, type Project } from './lib/project.ts';

const AGENT = fileURLToPath(new URL('../src/testing/acp-agent.ts', import.meta.url));
const IDS = Array.from({ length: 8 }, (_, at) => `task-00${at + 1}`);

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

interface Opened {
  readonly project: Project;
  readonly trace: string;
  /** How often an agent was asked for something. */
  asked(): number;
}

/** Of the agents none is logged in before there is a file `<trace>.go`. */
function open(more: object = {}): Opened {
  const project = makeProject({
    waves: [{ tasks: Object.fromEntries(IDS.map((id, at) => [id, { create: `part${at}.txt` }])) }],
    recipe: '',
  });
  projects.push(project);
  const trace = join(project.root, 'trace');
  const settings = {
    agent: { driver: 'acp', options: { command: [process.execPath, AGENT, 'member', trace] } },
    qa: { enabled: false },
    checks: { enabled: false },
    backoff: { first: '50ms' },
    maxParallel: 4,
    ...more,
  };
  writeFileSync(join(project.path, 'coxswain.config.yaml'), JSON.stringify(settings));
  project.git(['commit', '--quiet', '--all', '--message', 'Settings']);
  return {
    project,
    trace,
    asked: () => linesOf(trace).filter((line) => line.startsWith('prompt')).length,
  };
}

const json = async (project: Project, ...args: readonly string[]) =>
  JSON.parse((await project.cox(args)).stdout);

describe('a run of eight tasks whose agent is not logged in', () => {
  it('stops as soon as that is certain, says once what to do, and goes on when it is done', async () => {
    const { project, trace, asked } = open();
    const { code, stdout, stderr } = await project.cox(['run', project.plan]);
    const said = stdout + stderr;
    assert.equal(code, 4, said);
    assert.ok(asked() >= 2 && asked() <= 5, `${asked()} agents were started`);
    assert.equal(said.match(/log in, or set its key/gi)?.length, 1, said);
    assert.match(stderr, /cox: acp\S*: the agent's service refused its credentials.*; log in/);
    assert.match(stderr, /go on with: cox resume \S+/);
    assert.doesNotMatch(said, /is tried again|new starts pause/);

    const { run, tasks, limits } = await json(project, 'status', '--json');
    assert.equal(run.status, 'interrupted');
    assert.partialDeepStrictEqual(limits, [{ refused: true, atOnce: 0 }]);
    for (const task of tasks) assert.equal(task.state, 'ready', task.id);
    assert.match(
      (await project.cox(['status'])).stdout,
      /acp\S*: its service refuses its credentials; log in/,
    );
    assert.equal((await project.cox(['wait'])).code, 4);

    // Not mended yet: it is asked anew, and stops again.
    assert.equal((await project.cox(['resume'])).code, 4);

    writeFileSync(`${trace}.go`, '');
    const resumed = await project.cox(['resume']);
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    const report = await json(project, 'report', '--format', 'json');
    for (const task of report.waves[0].tasks) assert.equal(task.status, 'merged', task.id);
    const { stdout: events } = await project.cox(['report']);
    assert.doesNotMatch(events, /failed/i);
  });
});
