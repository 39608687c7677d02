/** Every command on a plan of every family, with the real binary. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { FAMILY_PLANS, type FamilyPlan, type FamilyProject, familyProject } from './lib/family-plans.ts';
import { checkIntegration, checkKeptFiles } from './lib/kept-files.ts';

const projects: FamilyProject[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(family: FamilyPlan): FamilyProject {
  const made = familyProject(family);
  projects.push(made);
  return made;
}

function refs(made: FamilyProject): string {
  return made.git(['for-each-ref', '--format=%(refname)']);
}

/** False when the program is there, or none is needed. */
function lacks({ needs }: FamilyPlan): string | false {
  if (needs === undefined) return false;
  const [program, ...args] = needs;
  const isHere = spawnSync(program, [...args, '--version']).status === 0;
  return isHere ? false : `${needs.join(' ')} is not here`;
}

for (const family of FAMILY_PLANS)
  describe(family.title, { timeout: 1_200_000, skip: lacks(family) }, () => {
    const made = project(family);
    const { plan, tasks } = family;
    const before = refs(made);

    async function cox(...args: readonly string[]) {
      return await made.cox(args, made.variables);
    }

    /** Of a command that is to end well. */
    async function json(...args: readonly string[]) {
      const ended = await cox(...args, '--json');
      assert.equal(ended.code, 0, ended.stdout + ended.stderr);
      return JSON.parse(ended.stdout);
    }

    it('is valid', async () => {
      const found = await json('validate', plan);
      assert.deepEqual([found.valid, found.format], [true, family.format]);
      const ids = found.plan.groups.flatMap((group: { readonly tasks: readonly string[] }) => group.tasks);
      for (const id of tasks) assert.ok(ids.includes(id), id);
      assert.deepEqual(
        found.findings.filter(({ severity }: { readonly severity: string }) => severity === 'error'),
        [],
      );
    });

    it('is shown, and nothing is made', async () => {
      const shown = await json('plan', plan);
      assert.equal(shown.groups.length, family.groups);
      assert.match((await cox('plan', plan)).stdout, /^⚡ Execution Mode: PARALLEL\n/);
      assert.equal(refs(made), before);
      assert.equal(made.git(['status', '--porcelain']), '');
    });

    it('becomes a manifest folder that is valid', async () => {
      const folder = 'parallel/imported';
      await json('import', plan, folder);
      const found = await json('validate', folder);
      assert.equal(found.format, 'manifest');
      assert.equal(found.plan.tasks, tasks.length);
      rmSync(join(made.path, folder), { recursive: true });
    });

    it('runs one group, stops with 4, and is resumed to its end', async () => {
      const first = await cox('run', plan, '--one-group');
      assert.equal(first.code, 4, first.stdout + first.stderr);
      const half = await json('status', plan);
      assert.equal(half.run.status, 'interrupted');
      assert.ok(half.counts.merged > 0 && half.counts.merged < tasks.length);
      const second = await cox('resume', plan);
      assert.equal(second.code, 0, second.stdout + second.stderr);
    });

    it('tells the same in every view when it has ended', async () => {
      const status = await json('status', plan);
      assert.equal(status.run.status, 'succeeded');
      const open = status.tasks.filter(({ state }: { readonly state: string }) => state !== 'done-before');
      assert.deepEqual(
        open.map(({ id, state }: { readonly id: string; readonly state: string }) => [id, state]),
        tasks.map((id) => [id, 'merged']),
      );
      const report = await json('report', plan);
      assert.equal(report.status, 'succeeded');
      assert.equal(report.totals.merged, tasks.length);
      assert.match((await cox('report', plan)).stdout, /SUCCESS/);
      assert.match((await cox('report', plan, '--format', 'html')).stdout, /^<!doctype html>/i);
      assert.equal((await cox('wait', status.run.id)).code, 0);
      const before = status.tasks.find(({ state }: { readonly state: string }) => state === 'done-before');
      if (before !== undefined) {
        const waited = await cox('wait', status.run.id, '--task', before.id);
        assert.deepEqual([waited.code, waited.stderr], [0, `${before.id} done-before\n`]);
      }
      assert.equal((await cox('logs', tasks[0] ?? '')).code, 0);
      assert.equal((await cox('resume', plan)).code, 0);
      checkKeptFiles(family, made, status.run);
    });

    it('is integrated into a branch of the user', async () => {
      const done = await cox('integrate', plan, '--into', 'main');
      // What no project has a check for is a warning.
      assert.equal(done.code, 0, done.stdout + done.stderr);
      assert.match(
        done.stdout,
        /^Integration of \S+: warning [\s\S]*^Branch Merge: passed: [\s\S]*^main: merged /m,
      );
      if (family.format === 'manifest') checkIntegration(family, made);
    });
  });

describe('what is a plan of no family', { timeout: 600_000 }, () => {
  const made = project(FAMILY_PLANS[0] ?? assert.fail());
  made.write({
    'notes.md': '# Notes\n\n- Task force for the mail server\n',
    'empty/.keep': '',
    'data.bin': Buffer.from([0, 255, 254, 10]),
  });

  for (const path of ['notes.md', 'empty', 'data.bin'])
    it(`${path} gets one message that says what was looked for`, async () => {
      for (const args of [
        ['validate', path],
        ['plan', path],
        ['run', path],
        ['import', path, 'new'],
      ]) {
        const ended = await made.cox(args);
        assert.equal(ended.code, 2, `${args.join(' ')}: ${ended.stdout}${ended.stderr}`);
        assert.equal(ended.stdout, '');
        assert.match(
          ended.stderr,
          new RegExp(
            `^cox: ${path} is no plan that can be read: looked for a folder with a manifest\\.json, or .*items such as .*MULTI_AGENT_PLAN\\.md.*Task 1: name`,
          ),
        );
        assert.equal(ended.stderr.match(/is no plan/g)?.length, 1);
      }
    });

  for (const format of ['manifest', 'auto', 'queue', 'plan-md'])
    it(`as ${format} is looked at as that alone`, async () => {
      const ended = await made.cox(['validate', 'empty', '--format', format]);
      assert.equal(ended.code, 2, ended.stdout + ended.stderr);
      assert.equal(
        ended.stderr.match(/, or a|looked for/g)?.length,
        format === 'plan-md' ? 2 : 1,
        ended.stderr,
      );
    });
});
