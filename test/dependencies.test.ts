/** Packages that a plan wants, with the real binary and the real npm: installed as one commit before any task. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openRegistry, type PackageRegistry } from '../src/testing/package-registry.ts';
import { linesOf, makeProject, type Project } from './lib/project.ts';

const RECIPE = `
tasks:
  task-001:
    - run: 'cat package.json package-lock.json > /dev/null && echo "$COX_TASK_ID" >> "$STARTS"'
    - write: {path: one.txt, text: "one\\n"}
  task-002:
    - write: {path: two.txt, text: "two\\n"}
`;

describe('the dependencies of a plan', () => {
  let registry: PackageRegistry;
  const projects: Project[] = [];
  before(async () => {
    registry = await openRegistry({ left: ['1.2.3'], tool: ['3.0.0'] });
  });
  after(async () => {
    await registry.close();
    for (const project of projects) project.remove();
  });

  function project(dependencies: unknown): Project {
    const made = makeProject({
      waves: [
        { tasks: { 'task-001': { create: 'one.txt' } } },
        { tasks: { 'task-002': { create: 'two.txt', deps: 'task-001' } } },
      ],
      recipe: RECIPE,
      files: { 'package.json': '{"name":"app","version":"1.0.0"}\n', '.npmrc': `registry=${registry.url}\n` },
      dependencies,
    });
    projects.push(made);
    return made;
  }

  const environment = (made: Project) => ({ STARTS: join(made.root, 'starts') });

  it('are installed in one commit that every task begins with', { timeout: 600_000 }, async () => {
    const made = project({ node: { add: ['left@1.2.3'], add_dev: ['tool@3.0.0'] } });
    const run = await made.cox(['run', made.plan], environment(made));
    assert.equal(run.code, 0, run.stdout + run.stderr);
    assert.match(run.stdout, /dependencies installed: package\.json, package-lock\.json \([0-9a-f]{10}\)/);
    const { run: about } = JSON.parse((await made.cox(['status', '--json'])).stdout);
    assert.equal(about.dependencies.status, 'installed');
    const { commit } = about.dependencies;
    assert.equal(made.git(['rev-parse', `${commit}^`]), made.git(['rev-parse', 'main']));
    assert.equal(made.git(['log', '-1', '--format=%s', commit]), 'Install the dependencies of the plan');
    const files = made.git(['diff', '--name-only', `${commit}^`, commit]).split('\n');
    assert.deepEqual(files, ['package-lock.json', 'package.json']);
    const tips = made.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads/cox']).split('\n');
    for (const tip of tips) made.git(['merge-base', '--is-ancestor', commit, tip]);
    assert.equal(made.git(['status', '--porcelain', 'package.json']), '');
    const report = made.git(['show', `${about.integrationBranch}:package.json`]);
    assert.match(report, /"left": ?"1\.2\.3"/);
  });

  it('are not installed again for a group by itself, when they are in', { timeout: 600_000 }, async () => {
    const made = project({ node: { add: ['left@1.2.3'] } });
    assert.equal((await made.cox(['run', made.plan, '--only', '1'], environment(made))).code, 0);
    const branch = made.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads/integration']);
    made.git(['merge', '-q', '--ff-only', branch]);
    const asked = registry.asked.length;
    const second = await made.cox(['run', made.plan, '--only', '2'], environment(made));
    assert.equal(second.code, 0, second.stdout + second.stderr);
    assert.match(second.stdout, /the dependencies of the plan were there already/);
    assert.equal(registry.asked.length, asked);
  });

  it('that cannot be had stop the run before any task, and are tried again', {
    timeout: 600_000,
  }, async () => {
    const made = project({ node: { add: ['right@1.0.0'] } });
    const run = await made.cox(['run', made.plan], environment(made));
    assert.equal(run.code, 1, run.stdout + run.stderr);
    assert.match(run.stdout, /npm install .* failed:[\s\S]*E404[\s\S]*Go on with: cox resume/);
    assert.deepEqual(linesOf(join(made.root, 'starts')), []);
    assert.equal(made.git(['for-each-ref', 'refs/heads/integration', 'refs/heads/cox']), '');
    const again = await made.cox(['resume'], environment(made));
    assert.equal(again.code, 1);
    assert.deepEqual(linesOf(join(made.root, 'starts')), []);
    const status = await made.cox(['status']);
    assert.match(status.stdout, /Dependencies: not installed: npm install/);
  });
});
