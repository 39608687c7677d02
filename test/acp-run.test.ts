/** A whole run whose agents speak ACP: the protocol's own SDK stands on their side. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { endIfAlive, linesOf, makeProject, type Project, processesIn } from './lib/project.ts';
import { until } from './lib/until.ts';

const AGENT = fileURLToPath(new URL('../src/testing/acp-agent.ts', import.meta.url));

describe('a plan with agents that speak ACP', () => {
  const projects: Project[] = [];
  after(() => {
    for (const project of projects) project.remove();
  });

  for (const killed of ['Coxswain', 'Coxswain and its agents'])
    it(`is brought to its end after ${killed} was killed in the middle`, async () => {
      const project = makeProject({
        waves: [
          { tasks: { 'task-001': { create: 'one.txt' }, 'task-002': { create: 'two.txt' } } },
          { tasks: { 'task-003': { create: 'three.txt', deps: 'task-001' } } },
        ],
        recipe: '',
      });
      projects.push(project);
      const trace = join(project.root, 'trace');
      const command = [process.execPath, AGENT, 'plan', trace];
      const config = {
        agent: { driver: 'recipe', recipe: 'recipe.yaml', drivers: { acp: { command } } },
        qa: { agent: 'acp', options: { command } },
        backoff: { first: '50ms' },
      };
      writeFileSync(join(project.path, 'coxswain.config.yaml'), JSON.stringify(config));
      project.git(['commit', '--quiet', '--all', '--message', 'Settings']);
      const asked = (): number => linesOf(trace).filter((line) => line.startsWith('prompt')).length;

      const first = project.start(['run', project.plan, '--agent', 'acp']);
      await until(() => asked() === 2);
      first.kill('SIGKILL');
      await first.ended;
      if (killed !== 'Coxswain') {
        for (const pid of processesIn(join(project.env['HOME'] ?? '', 'state'))) endIfAlive(pid);
      }
      writeFileSync(`${trace}.go`, '');
      const second = await project.cox(['resume']);
      assert.equal(second.code, 0, `${second.stdout}\n${second.stderr}`);

      const report = JSON.parse((await project.cox(['report', '--format', 'json'])).stdout);
      const tasks: Reported[] = report.waves.flatMap((wave: { tasks: Reported[] }) => wave.tasks);
      assert.deepEqual(
        tasks.map(({ status, qa }) => `${status} ${qa.status}`),
        Array(3).fill('merged approved'),
      );
      const files = project.git(['ls-tree', '--name-only', report.integration_branch]).split('\n');
      for (const file of ['one.txt', 'two.txt', 'three.txt']) assert.ok(files.includes(file), file);
      // Who lived on was taken over, and not asked again.
      assert.equal(asked(), killed === 'Coxswain' ? 6 : 8);
    });
});

interface Reported {
  readonly status: string;
  readonly qa: { readonly status: string };
}
