/** The combined work of a run, checked and merged for good, with the real binary. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  type Ended,
  linesOf,
  makeProject,
  type Project,
  type ProjectFiles,
  processesIn,
} from './lib/project.ts';
import { until } from './lib/until.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

// Each of two files alone is fine; both together are not.
const FILES = {
  'package.json': JSON.stringify({
    name: 'sample',
    private: true,
    scripts: { test: 'node check.js', typecheck: 'true', lint: 'true' },
  }),
  'check.js':
    "const { existsSync, appendFileSync } = require('node:fs');\n" +
    'const home = process.env.HOME;\n' +
    "appendFileSync(home + '/starts', 'test\\n');\n" +
    "if (existsSync(home + '/wait')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);\n" +
    "const both = ['one.txt', 'three.txt'].every((name) => existsSync(name));\n" +
    "if (both) { console.error('one and three do not go together'); process.exit(1); }\n",
};
const WRITES = `
tasks:
  task-001: [{write: {path: one.txt, text: "one\\n"}}]
  task-002: [{write: {path: two.txt, text: "two\\n"}}]
  task-003: [{write: {path: three.txt, text: "three\\n"}}]
  task-004: [{write: {path: four.txt, text: "four\\n"}}]
`;

function project(change: Partial<ProjectFiles> = {}): Project {
  const waves = wave('one.txt', 'two.txt');
  const made = makeProject({ files: FILES, waves, recipe: WRITES, ...change });
  projects.push(made);
  return made;
}

interface IntegrationJson {
  readonly run_id: string;
  readonly status: string;
  readonly integration_branch: string;
  readonly tip: string;
  readonly summary: readonly { readonly check: string; readonly status: string; readonly details: string }[];
  readonly guilty: { readonly task: string | null; readonly commit: string | null } | null;
  readonly into: { readonly branch: string; readonly status: string; readonly commit: string | null } | null;
  readonly must_fix: readonly string[];
  readonly should_fix: readonly string[];
  readonly next_steps: readonly { readonly what: string; readonly code: string }[];
}

function json({ stdout }: Ended): IntegrationJson {
  const view: IntegrationJson = JSON.parse(stdout);
  return view;
}

async function integrated(made: Project, args: readonly string[] = []): Promise<Ended> {
  return await made.cox(['integrate', made.plan, ...args]);
}

async function runOf(made: Project, args: readonly string[] = []): Promise<void> {
  const run = await made.cox(['run', made.plan, ...args]);
  assert.equal(run.code, 0, `${run.stdout}${run.stderr}`);
}

function statusOf(view: IntegrationJson, check: string): string | undefined {
  return view.summary.find((row) => row.check === check)?.status;
}

/** Tasks of one wave, which all begin on the base. */
function wave(...names: readonly string[]): ProjectFiles['waves'] {
  const tasks = names.map((name, index) => [`task-00${index + 1}`, { create: name }] as const);
  return [{ tasks: Object.fromEntries(tasks) }];
}

describe('a green run', () => {
  it('is merged into main with its files, and known when it is asked for again', async () => {
    const made = project();
    const starts = join(made.root, 'home', 'starts');
    await runOf(made);
    const manifest = join(made.path, made.plan, 'manifest.json');
    const before = readFileSync(manifest, 'utf8');
    const base = made.git(['rev-parse', 'main']);
    const first = await integrated(made, ['--json']);
    assert.equal(first.code, 0, first.stderr);
    const steps = first.stderr.split('\n').filter((line) => line.startsWith('cox: looking at '));
    assert.ok(steps.includes('cox: looking at tests'), first.stderr);
    assert.ok(steps.every((step, at) => step !== steps[at - 1]));
    const view = json(first);
    assert.equal(view.status, 'warning', 'a check that was not run has not passed');
    assert.deepEqual(
      view.summary.map(({ check, status }) => [check, status]),
      [
        ['Branch Merge', 'passed'],
        ['Contract Compliance', 'not run'],
        ['Tech Spec Compliance', 'not run'],
        ['Boundary Violations', 'passed'],
        ['Tests', 'passed'],
        ['Type Check', 'passed'],
        ['Lint', 'passed'],
      ],
    );
    assert.equal(made.git(['rev-parse', 'main']), base);
    const ran = linesOf(starts).length;
    assert.ok(ran > 0);
    const nowhere = await integrated(made, ['--into', 'nowhere']);
    assert.equal(nowhere.code, 2, nowhere.stdout);
    assert.match(nowhere.stderr, /there is no branch nowhere/);

    const into = await made.cox(['integrate', view.run_id, '--into', 'main']);
    assert.equal(into.code, 0, into.stderr);
    assert.match(into.stdout, /^main: merged/m);
    assert.doesNotMatch(into.stdout, /Contract Compliance: passed/);
    assert.equal(linesOf(starts).length, ran, 'what passed is not run again');
    assert.equal(made.git(['rev-parse', 'main^1']), base);
    assert.equal(made.git(['rev-parse', 'main^2']), view.tip);
    assert.equal(readFileSync(join(made.path, 'two.txt'), 'utf8'), 'two\n');
    assert.equal(
      made.git(['status', '--porcelain', '--untracked-files=no']),
      ` M ${made.plan}/manifest.json`,
    );
    const noting = /^Commit what the manifest says of it now: (git commit .*)$/m.exec(into.stdout)?.[1];
    execFileSync('sh', ['-c', noting ?? 'false'], { cwd: made.path, env: { ...process.env, ...made.env } });
    assert.equal(made.git(['status', '--porcelain', '--untracked-files=no']), '');
    assert.deepEqual(made.git(['show', '--format=', '--name-only', 'HEAD']).split('\n'), [
      `${made.plan}/manifest.json`,
    ]);
    made.git(['reset', '--quiet', '--soft', 'HEAD^']);
    const after = readFileSync(manifest, 'utf8');
    const { integration, ...rest } = JSON.parse(after);
    assert.deepEqual(rest, JSON.parse(before));
    assert.deepEqual(integration.checks, {
      branch_merge: 'passed',
      contract_compliance: 'warning',
      boundary_violations: 'passed',
      tests: 'passed',
    });
    const report = readFileSync(join(made.path, made.plan, integration.report_path), 'utf8');
    for (const part of ['## Summary', '| Contract Compliance | ⏭️ not run |', '### Must Fix', '## Next Steps'])
      assert.ok(report.includes(part), `${part} is missing in:\n${report}`);

    const again = await integrated(made, ['--into', 'main']);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /^main: already holds it/m);
    assert.equal(made.git(['rev-parse', 'main^2']), view.tip);
  });

  it('is merged into a branch that another worktree stands on, and refused where something lies in the way', async () => {
    const made = project();
    const other = join(made.root, 'release');
    made.git(['worktree', 'add', '-q', '-b', 'release', other]);
    await runOf(made);
    const base = made.git(['rev-parse', 'main']);
    writeFileSync(join(made.path, 'README.md'), 'mine\n');
    writeFileSync(join(other, 'two.txt'), 'mine\n');
    const dirty = await integrated(made, ['--into', 'main']);
    assert.equal(dirty.code, 3, dirty.stdout);
    assert.match(dirty.stderr, /README\.md/);
    const untracked = await integrated(made, ['--into', 'release']);
    assert.equal(untracked.code, 3, untracked.stdout);
    assert.match(untracked.stderr, /two\.txt/);
    assert.deepEqual([made.git(['rev-parse', 'main']), made.git(['rev-parse', 'release'])], [base, base]);
    assert.equal(readFileSync(join(other, 'two.txt'), 'utf8'), 'mine\n');
    rmSync(join(other, 'two.txt'));
    const done = await integrated(made, ['--into', 'release']);
    assert.equal(done.code, 0, done.stderr);
    assert.equal(readFileSync(join(other, 'two.txt'), 'utf8'), 'two\n');
    assert.equal(made.git(['status', '--porcelain'], { cwd: other }), '');
    assert.equal(made.git(['rev-parse', 'main']), base);
  });

  it('is merged wholly when the process was killed between the branch and its files', async () => {
    const made = project();
    await runOf(made);
    const bin = join(made.root, 'bin');
    mkdirSync(bin);
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const [reached, over] = [join(made.root, 'reached'), join(made.root, 'over')];
    const waiting = `touch ${reached}; while [ ! -e ${over} ]; do sleep 0.1; done; exit 1`;
    const held = `case "$*" in "read-tree -m -u "[0-9a-f]*) ${waiting};; esac`;
    writeFileSync(join(bin, 'git'), `#!/bin/sh\n${held}\nexec ${real} "$@"\n`, { mode: 0o755 });
    const killed = made.start(['integrate', made.plan, '--into', 'main'], {
      PATH: `${bin}:${process.env['PATH']}`,
    });
    await until(() => existsSync(reached));
    killed.kill('SIGKILL');
    writeFileSync(over, '');
    assert.equal((await killed.ended).signal, 'SIGKILL');
    assert.match(made.git(['log', '-1', '--format=%s', 'main']), /^Merge integration\//);
    assert.ok(!existsSync(join(made.path, 'two.txt')));
    const again = await integrated(made, ['--into', 'main']);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(readFileSync(join(made.path, 'two.txt'), 'utf8'), 'two\n');
    assert.equal(
      made.git(['status', '--porcelain', '--untracked-files=no']),
      ` M ${made.plan}/manifest.json`,
    );
  });
});

it('goes on where it was interrupted', async () => {
  const made = project();
  await runOf(made);
  const home = join(made.root, 'home');
  const before = linesOf(join(home, 'starts')).length;
  writeFileSync(join(home, 'wait'), '');
  const stopped = made.start(['integrate', made.plan, '--into', 'main']);
  await until(() => linesOf(join(home, 'starts')).length > before);
  stopped.kill('SIGINT');
  const { code, stderr } = await stopped.ended;
  assert.equal(code, 130, stderr);
  assert.match(stderr, /Go on with: cox integrate/);
  await until(() => processesIn(join(home, 'state')).length === 0);
  assert.equal(made.git(['log', '-1', '--format=%s', 'main']), 'First');
  rmSync(join(home, 'wait'));
  assert.equal((await integrated(made, ['--into', 'main'])).code, 0);
});

describe('work that fails together', () => {
  it('is told from which merge on, and merged nowhere', async () => {
    const made = project({ waves: wave('one.txt', 'two.txt', 'three.txt', 'four.txt') });
    await runOf(made);
    const base = made.git(['rev-parse', 'main']);
    const done = await integrated(made, ['--into', 'main', '--json']);
    assert.equal(done.code, 1, done.stderr);
    const view = json(done);
    assert.deepEqual(
      [view.status, statusOf(view, 'Tests'), view.into?.status],
      ['failed', 'failed', 'unproven'],
    );
    assert.equal(made.git(['rev-parse', 'main']), base);
    // The first commit of the branch that has both.
    const line = made.git(['rev-list', '--first-parent', '--reverse', `${base}..${view.tip}`]).split('\n');
    const names = (commit: string): string => made.git(['ls-tree', '--name-only', commit]);
    const first = line.find((each) => ['one.txt', 'three.txt'].every((name) => names(each).includes(name)));
    assert.equal(view.guilty?.commit, first);
    assert.ok(view.guilty?.task !== null);
    assert.ok(view.must_fix.some((item) => item.includes(`since the merge of ${view.guilty?.task}`)));
    assert.ok(view.next_steps.some(({ code }) => code === `git revert -m 1 ${first}`));
    const report = readFileSync(join(made.path, made.plan, 'integration-report.md'), 'utf8');
    assert.match(report, /one and three do not go together/);
    const manifest = JSON.parse(readFileSync(join(made.path, made.plan, 'manifest.json'), 'utf8'));
    assert.deepEqual([manifest.integration.status, manifest.integration.checks.tests], ['failed', 'failed']);
    made.git(['switch', '-q', view.integration_branch]);
    made.git(['revert', '--no-edit', '-m', '1', view.guilty?.commit ?? '']);
    made.git(['switch', '-q', 'main']);
    const mended = json(await integrated(made, ['--json']));
    assert.equal(statusOf(mended, 'Tests'), 'passed');
    assert.match(mended.summary[0]?.details ?? '', /1 commit on it belong/);
  });

  it('with what the branch got meanwhile is left out of it, and so is what conflicts', async () => {
    const made = project({ waves: wave('one.txt', 'two.txt') });
    await runOf(made);
    const theirs = made.commit({ 'three.txt': 'three\n' }, 'Theirs');
    const red = await integrated(made, ['--into', 'main']);
    assert.equal(red.code, 1, red.stderr);
    assert.match(red.stdout, /^main: not merged, for checks fail on the merge/m);
    made.git(['reset', '-q', '--hard', 'HEAD~1']);
    made.commit({ 'two.txt': 'other\n' }, 'Other');
    const conflict = await integrated(made, ['--into', 'main', '--json']);
    assert.equal(conflict.code, 1, conflict.stderr);
    const view = json(conflict);
    assert.equal(view.into?.status, 'conflict');
    assert.ok(view.must_fix.some((item) => item.includes('two.txt')));
    assert.match(view.next_steps[0]?.code ?? '', /^git switch integration\/.* && git merge --no-ff main$/);
    assert.notEqual(made.git(['rev-parse', 'main']), theirs);
    assert.equal(made.git(['log', '-1', '--format=%s', 'main']), 'Other');
  });
});

describe('the combined work', () => {
  it('is held to the contracts of its plan', async () => {
    const made = project({
      waves: wave('src/user.ts'),
      recipe: `
tasks:
  task-001: [{write: {path: src/user.ts, text: "export interface User { id: number; }\\n"}}]
`,
      files: {
        ...FILES,
        'parallel/TS-0001-sample/contracts/types.ts': 'export interface User { id: string; name: string; }\n',
      },
    });
    await runOf(made);
    const done = await integrated(made, ['--json']);
    assert.equal(done.code, 1, done.stderr);
    const view = json(done);
    assert.equal(statusOf(view, 'Contract Compliance'), 'failed');
    assert.ok(view.must_fix.some((item) => item.includes('User')));
  });

  it('of a run that did not finish is looked at as far as it is, and of one that is driven not at all', async () => {
    const recipe = `
tasks:
  task-001: [{write: {path: one.txt, text: "one\\n"}}]
  task-002: [{sleep: 10m}]
`;
    const made = project({ recipe });
    const driven = made.start(['run', made.plan, '--retries', '0']);
    await until(async () => {
      const status = await made.cox(['status', '--json']);
      return status.code === 0 && JSON.parse(status.stdout).counts.merged === 1;
    });
    const refused = await integrated(made);
    assert.equal(refused.code, 3, refused.stdout);
    assert.match(refused.stderr, /driven by process/);
    driven.kill('SIGTERM');
    await driven.ended;
    const done = await integrated(made, ['--json']);
    assert.equal(done.code, 0, done.stderr);
    const view = json(done);
    assert.equal(statusOf(view, 'Branch Merge'), 'warning');
    assert.ok(view.should_fix.some((item) => item.startsWith('task-002 is not merged')));
    assert.ok(view.next_steps.some(({ code }) => code.startsWith('cox resume')));
  });

  it('needs a run with work, and a branch that is there', async () => {
    const made = project({ recipe: 'tasks:\n  task-001: [lie]\n  task-002: [lie]\n' });
    const none = await integrated(made);
    assert.deepEqual([none.code, /no run/.test(none.stderr)], [2, true], none.stderr);
    await made.cox(['run', made.plan, '--retries', '0']);
    const empty = await integrated(made);
    assert.equal(empty.code, 3);
    assert.match(empty.stderr, /nothing of run .* is merged/);
  });
});
