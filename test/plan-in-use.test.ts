/** Of a plan whose own files a run writes to, one run goes on at a time; by the real binary. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { linesOf, makeProject, type Project, processesIn } from './lib/project.ts';
import { until } from './lib/until.ts';

const RECIPE = `
default:
  - run: 'echo "$COX_TASK_ID" >> "$STARTS"; until test -e "$STARTS.go"; do sleep 0.1; done'
  - run: 'echo "$COX_TASK_ID" > "$COX_TASK_ID.txt"'
`;
const PLANS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'MULTI_AGENT_PLAN.md': {
    'MULTI_AGENT_PLAN.md': '# Shop\n\n## Parallel Group 1: Core\n- [ ] 1.1: Build it (Builder-1)\n',
  },
  '.claude/plans/auto-it.md': {
    '.claude/plans/auto-it.md':
      '# It\n\n### Task 1: Build it\n- Depends on: none\n- Files: task-1.txt\n- Done when: file task-1.txt exists\n',
  },
  '.agent/queue': {
    '.agent/queue/001-pending-it.md': '# It\n**Status**: pending\n## Description\nBuild it.\n',
  },
};

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

async function newestRun(made: Project): Promise<string> {
  return JSON.parse((await made.cox(['status', '--json'])).stdout).run.id;
}

describe('a plan that two runs are begun of at once', { timeout: 1_200_000 }, () => {
  for (const [plan, files] of Object.entries(PLANS))
    it(`has one: ${plan}`, async () => {
      const made = makeProject({ waves: [], recipe: RECIPE, files });
      projects.push(made);
      const STARTS = join(made.root, 'starts');
      const runs = [1, 2].map(() => made.start(['run', plan], { STARTS }));
      const codes: (number | null)[] = [];
      for (const run of runs) void run.ended.then(({ code }) => codes.push(code));
      const begun = (): number => (existsSync(STARTS) ? linesOf(STARTS).length : 0);
      await until(() => begun() + codes.length >= 2);
      assert.deepEqual([codes, begun()], [[3], 1]);
      made.write({ 'starts.go': '' }, made.root);
      const ended = await Promise.all(runs.map((run) => run.ended));
      assert.deepEqual(ended.map(({ code }) => code).sort(), [0, 3]);
    });
});

describe('a plan that two runs are begun of at once, each by a process of its own', {
  timeout: 1_200_000,
}, () => {
  for (const [plan, files] of Object.entries(PLANS))
    it(`has one: ${plan}`, async () => {
      const made = makeProject({ waves: [], recipe: RECIPE, files });
      projects.push(made);
      const STARTS = join(made.root, 'starts');
      const both = [1, 2].map(() => made.start(['run', plan, '--detach'], { STARTS }));
      const ended = await Promise.all(both.map((run) => run.ended));
      const words = ended.map(({ stdout, stderr }) => stdout + stderr).join('\n');
      assert.deepEqual(ended.map(({ code }) => code).sort(), [0, 3], words);
      assert.doesNotMatch(words, /was left unfinished/);
      const begun = ended.find(({ code }) => code === 0)?.stdout.trim() ?? '';
      assert.equal(await newestRun(made), begun, 'the other was never made');
      assert.match(words, new RegExp(`another run of this plan goes on: run ${begun} is driven by process`));
      made.write({ 'starts.go': '' }, made.root);
      assert.equal((await made.cox(['wait'])).code, 0);
      assert.equal(linesOf(STARTS).length, 1);
    });
});

describe('a plan that is named through a link', { timeout: 1_200_000 }, () => {
  it('is the same plan: it is marked, which makes nothing dirty, and its runs are found', async () => {
    const made = makeProject({
      waves: [],
      recipe: 'default:\n  - run: \'echo done > "$COX_TASK_ID.txt"\'\n',
      files: { 'plans/shop.md': PLANS['MULTI_AGENT_PLAN.md']?.['MULTI_AGENT_PLAN.md'] ?? '' },
    });
    projects.push(made);
    symlinkSync('plans', join(made.path, 'linked'));
    made.git(['add', 'linked']);
    made.git(['commit', '-qm', 'A link']);
    const ran = await made.cox(['run', 'linked/shop.md']);
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(
      readFileSync(join(made.path, 'plans/shop.md'), 'utf8'),
      /- \[x\] 1\.1: Build it \(Builder-1\) (?:✅|⚠️)/,
    );
    for (const name of ['linked/shop.md', 'plans/shop.md']) {
      assert.equal((await made.cox(['status', name])).code, 0, name);
      const again = await made.cox(['run', name]);
      assert.equal(again.code, 0, again.stderr);
    }
  });
});

describe('a plan that a run goes on with', { timeout: 1_200_000 }, () => {
  for (const [plan, files] of Object.entries(PLANS))
    it(`is begun by no other, and gone on with by none: ${plan}`, async () => {
      const made = makeProject({ waves: [], recipe: RECIPE, files });
      projects.push(made);
      const STARTS = join(made.root, 'starts');
      const env = { STARTS };
      const begun = async (count: number): Promise<void> =>
        await until(() => existsSync(STARTS) && linesOf(STARTS).length >= count);

      const first = made.start(['run', plan], env);
      await begun(1);
      const one = await newestRun(made);
      const second = await made.cox(['run', plan], env);
      assert.equal(second.code, 3, second.stdout + second.stderr);
      assert.ok(
        second.stderr.startsWith(`cox: another run of this plan goes on: run ${one} is driven by process`),
        `it is the first thing that is said:\n${second.stderr}`,
      );
      assert.equal(await newestRun(made), one, 'none was made');
      assert.equal(linesOf(STARTS).length, 1);

      first.kill('SIGTERM');
      assert.equal((await first.ended).code, 143);
      const third = made.start(['run', plan], env);
      await begun(2);
      const two = await newestRun(made);
      assert.notEqual(two, one);
      const resumed = await made.cox(['resume', one], env);
      assert.equal(resumed.code, 3, resumed.stdout + resumed.stderr);
      assert.ok(resumed.stderr.includes(`run ${two} is driven by process`), resumed.stderr);

      made.write({ 'starts.go': '' }, made.root);
      const ended = await third.ended;
      assert.equal(ended.code, 0, ended.stdout + ended.stderr);
      assert.match(
        ended.stderr,
        new RegExp(`cox: run ${one} of this plan was left unfinished.* cox resume ${one}\n`),
      );
      const again = await made.cox(['run', plan], env);
      assert.equal(again.code, 0, again.stderr);
      assert.doesNotMatch(again.stderr, /was left unfinished/, 'the newest has ended');
    });
});

/** The plan's own files, by their names. */
function textOf(made: Project, plan: string): Readonly<Record<string, string>> {
  const path = join(made.path, plan);
  if (!statSync(path).isDirectory()) return { [plan]: readFileSync(path, 'utf8') };
  return Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]));
}

describe('a run that was left for a newer one', { timeout: 1_200_000 }, () => {
  for (const [plan, files] of Object.entries(PLANS))
    it(`is cancelled, with its agents, and what the newer one writes stays: ${plan}`, async () => {
      const made = makeProject({ waves: [], recipe: RECIPE, files, config: 'grace: 1s\n' });
      projects.push(made);
      const STARTS = join(made.root, 'starts');
      const begin = async (count: number): Promise<[string, ReturnType<Project['start']>]> => {
        const started = made.start(['run', plan], { STARTS });
        await until(() => linesOf(STARTS).length >= count);
        return [await newestRun(made), started];
      };
      const kill = async (started: ReturnType<Project['start']>): Promise<void> => {
        started.kill('SIGKILL');
        await started.ended;
      };
      const [one, first] = await begin(1);
      await kill(first);
      const [two, second] = await begin(2);
      await kill(second);
      const [three, third] = await begin(3);
      const agents = processesIn(made.root).length;
      const before = textOf(made, plan);

      const cancelled = await made.cox(['cancel', one]);
      assert.equal(cancelled.code, 0, cancelled.stdout + cancelled.stderr);
      assert.deepEqual(textOf(made, plan), before);
      assert.ok(processesIn(made.root).length < agents, 'its agents are gone');
      const state = JSON.parse((await made.cox(['status', one, '--json'])).stdout);
      assert.deepEqual([state.run.status, state.counts.cancelled], ['failed', 1]);

      made.write({ 'starts.go': '' }, made.root);
      const ended = await third.ended;
      assert.equal(ended.code, 0, ended.stdout + ended.stderr);
      const done = textOf(made, plan);
      assert.equal((await made.cox(['cancel', two])).code, 0);
      assert.deepEqual(textOf(made, plan), done, `as run ${three} has left it`);
    });
});
