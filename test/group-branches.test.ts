/** The branches that are left where a group has ended, by the real binary. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { linesOf, makeProject, type Project } from './lib/project.ts';

const PLAN = `# Multi-Agent Plan: Shop

### Parallel Group 1: Design
- [ ] 1.1: Design the token (Architect-1, 4h)

### Parallel Group 2: Core
**Dependencies**: Group 1 complete

- [ ] 2.1: Build the service (Builder-1, 6h)
- [ ] 2.2: Build the page (Builder-2, 6h)
`;

const writes = (name: string): string => `[{write: {path: ${name}.txt, text: ${name}}}, {commit: ${name}}]`;
const recipe = (page: string): string => `
tasks:
  "1.1": ${writes('design')}
  "2.1": ${writes('service')}
  "2.2": ${page}
`;

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(page = writes('page')): Project {
  const made = makeProject({
    waves: [],
    recipe: recipe(page),
    files: { 'MULTI_AGENT_PLAN.md': PLAN },
    config: 'retries: 0\n',
  });
  projects.push(made);
  return made;
}

const RUN = ['run', 'MULTI_AGENT_PLAN.md', '--no-qa'];
const GROUP_1 = 'integration/parallel-group-1';
const GROUP_2 = 'integration/parallel-group-2';

function filesOn(made: Project, branch: string): readonly string[] {
  const names = made.git(['ls-tree', '--name-only', branch]).split('\n');
  return names.filter((name) => ['design.txt', 'service.txt', 'page.txt'].includes(name));
}

function reportOf(made: Project): string {
  const folder = join(made.path, 'MULTI_AGENT_PLAN-run', 'reports');
  return readFileSync(join(folder, readdirSync(folder).sort().at(-1) ?? ''), 'utf8');
}

async function integrationBranch(made: Project): Promise<string> {
  return JSON.parse((await made.cox(['status', '--json'])).stdout).run.integrationBranch;
}

describe('the branch of a parallel group', () => {
  it('is left where the group ended, and is in the reports', { timeout: 600_000 }, async () => {
    const made = project();
    const ran = await made.cox(RUN);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    assert.deepEqual(filesOn(made, GROUP_1), ['design.txt']);
    const whole = made.git(['rev-parse', GROUP_2]);
    assert.equal(whole, made.git(['rev-parse', await integrationBranch(made)]));
    assert.match(ran.stdout, new RegExp(`group 2: its work is on ${GROUP_2} \\(${whole.slice(0, 10)}\\)`));
    const line = `- **Branch of Group 2**: its work is on ${GROUP_2} (${whole.slice(0, 10)})`;
    assert.ok(reportOf(made).includes(line), reportOf(made));
    const { waves } = JSON.parse(
      readFileSync(join(made.path, 'MULTI_AGENT_PLAN-run', 'report.json'), 'utf8'),
    );
    assert.deepEqual(
      waves.map((wave: { branch: string | null }) => wave.branch),
      [GROUP_1, GROUP_2],
    );
  });

  it('takes no name of the user: not one from before, nor one that comes up meanwhile', {
    timeout: 600_000,
  }, async () => {
    const made = project(
      `[{run: 'git branch ${GROUP_2} HEAD^'}, {write: {path: page.txt, text: page}}, {commit: page}]`,
    );
    made.git(['branch', GROUP_1]);
    const before = made.git(['rev-parse', GROUP_1]);
    const ran = await made.cox(RUN);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    assert.equal(made.git(['rev-parse', GROUP_1]), before);
    assert.deepEqual(filesOn(made, `${GROUP_1}-2`), ['design.txt']);
    assert.deepEqual(filesOn(made, GROUP_2), []);
    const branch = await integrationBranch(made);
    assert.deepEqual(filesOn(made, branch), ['design.txt', 'page.txt', 'service.txt']);
    const told = `${GROUP_2} was made, moved or removed by somebody else, and is left alone; its work is on ${branch}`;
    assert.ok(reportOf(made).includes(told), reportOf(made));
    assert.ok(ran.stdout.includes(told), ran.stdout);
  });

  it('holds what was merged of a group with a failure, and follows when that is mended', {
    timeout: 600_000,
  }, async () => {
    const made = project(`{attempts: {1: [{exit: 3}]}, default: ${writes('page')}}`);
    assert.equal((await made.cox(RUN)).code, 1);
    assert.deepEqual(filesOn(made, GROUP_2), ['design.txt', 'service.txt']);
    const resumed = await made.cox(['resume', '--retry-failed']);
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    assert.deepEqual(filesOn(made, GROUP_2), ['design.txt', 'page.txt', 'service.txt']);
    assert.deepEqual(filesOn(made, GROUP_1), ['design.txt']);
  });

  it('is there after a kill at any place around it, and a resume', { timeout: 1_200_000 }, async () => {
    const traced = project();
    const trace = join(traced.root, 'places');
    assert.equal((await traced.cox(RUN, { COX_FAULT_TRACE: trace })).code, 0);
    const places = linesOf(trace).filter((place) => place.includes('group.branching'));
    assert.equal(places.length, 8, places.join());
    for (const place of places) {
      const made = project();
      const crashed = await made.cox(RUN, { COX_FAULT: place });
      assert.equal(crashed.signal, 'SIGKILL', `${place}: ${crashed.stderr}`);
      const resumed = await made.cox(['resume']);
      assert.equal(resumed.code, 0, `${place}: ${resumed.stdout}${resumed.stderr}`);
      assert.deepEqual(filesOn(made, GROUP_1), ['design.txt'], place);
      assert.equal(
        made.git(['rev-parse', GROUP_2]),
        made.git(['rev-parse', await integrationBranch(made)]),
        place,
      );
      const names = made.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads/integration']);
      assert.equal(names.split('\n').length, 3, names);
      rmSync(made.root, { recursive: true, force: true });
    }
  });
});
