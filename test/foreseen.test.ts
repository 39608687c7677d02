import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { linesWith } from '../src/testing/radar-bench.ts';
import { WITHOUT_BUBBLEWRAP } from '../src/testing/sandboxes.ts';
import type { StatusView } from '../src/views/status.ts';
import { makeProject, type Project } from './lib/project.ts';
import { until } from './lib/until.ts';

const CONFIG = 'conflicts:\n  every: 100ms\nchecks:\n  enabled: false\n';

function project(first: string, second: string): Project {
  return makeProject({
    files: { 'shared.txt': linesWith() },
    waves: [{ tasks: { 'task-001': { create: 'a.txt' }, 'task-002': { create: 'b.txt' } } }],
    recipe: `tasks:\n  task-001:\n${first}\n  task-002:\n${second}\n`,
    config: CONFIG,
  });
}

function inbox({ path }: Project, run: string, task: string): readonly Record<string, unknown>[] {
  const folder = join(path, '.git/coxswain/runs', run, 'attempts', task, '1/inbox');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

async function status(project: Project): Promise<StatusView> {
  const { stdout } = await project.cox(['status', '--json']);
  return JSON.parse(stdout);
}

function edit(line: number, text: string): string {
  return `    - edit: {path: shared.txt, find: "line ${line}\\n", replace: "${text}\\n"}`;
}

function waitFor(name: string): string {
  return `    - run: 'until [ -e "$STARTS/${name}" ]; do sleep 0.05; done'`;
}

/** Until its agent has a message. */
const TOLD = '    - run: \'until ls "$COX_INBOX"/*.json; do sleep 0.05; done\'';

describe('a conflict that is to come', () => {
  it('is shown and told while both agents work, and is gone when it is', async (t) => {
    const sample = project(
      [
        edit(3, 'one'),
        waitFor('back'),
        '    - run: git checkout --quiet -- shared.txt',
        waitFor('end'),
        '    - write: {path: a.txt, text: a}',
      ].join('\n'),
      [edit(3, 'two'), '    - commit: Two', waitFor('end'), '    - write: {path: b.txt, text: b}'].join('\n'),
    );
    t.after(() => sample.remove());
    const signs = join(sample.root, 'signs');
    mkdirSync(signs);
    const run = sample.start(['run', sample.plan], { STARTS: signs });
    await until(() => run.stdout().includes('foreseen'));
    const seen = await status(sample);
    const [conflict, ...others] = seen.conflictsForeseen;
    assert.deepEqual(others, []);
    assert.deepEqual(conflict?.tasks, ['task-001', 'task-002']);
    assert.deepEqual([conflict?.with, conflict?.paths], ['task', ['shared.txt']]);
    assert.deepEqual(
      seen.tasks.map(({ state }) => state),
      ['running', 'running'],
    );
    const words = 'Foreseen: task-001 and task-002 would conflict in shared.txt';
    assert.ok((await sample.cox(['status'])).stdout.includes(words));
    for (const [task, other] of [
      ['task-001', 'task-002'],
      ['task-002', 'task-001'],
    ] as const) {
      await until(() => inbox(sample, seen.run.id, task).length > 0);
      const [message, ...more] = inbox(sample, seen.run.id, task);
      assert.deepEqual(more, []);
      assert.equal(message?.['message_type'], 'resource_conflict');
      assert.equal(message?.['from_agent'], 'coxswain');
      assert.equal(message?.['to_agent'], task);
      assert.match(String(message?.['subject']), new RegExp(`${other} in shared.txt`));
    }
    writeFileSync(join(signs, 'back'), '');
    await until(async () => (await status(sample)).conflictsForeseen.length === 0);
    writeFileSync(join(signs, 'end'), '');
    assert.equal((await run.ended).code, 0);
    assert.equal(run.stdout().split('would conflict').length, 2, run.stdout());
    const report = JSON.parse(readFileSync(join(sample.path, sample.plan, 'report.json'), 'utf8'));
    assert.deepEqual(report.conflicts, []);
    const [past] = report.conflicts_foreseen;
    assert.equal(past.met, false);
    assert.notEqual(past.gone_at, null);
    const text = readFileSync(join(sample.path, sample.plan, 'execution-report.md'), 'utf8');
    assert.match(text, /Foreseen While Agents Worked\*\*: 1, of which none was met at a merge\n/);
    assert.ok(!existsSync(join(sample.path, '.git/coxswain/runs', seen.run.id, 'radar')));
  });

  it('is told to agents behind walls, who can yield', { skip: WITHOUT_BUBBLEWRAP }, async (t) => {
    const sample = project(
      [
        edit(3, 'one'),
        TOLD,
        '    - run: git checkout --quiet -- shared.txt; cp "$(ls "$COX_INBOX"/*.json | head -1)" a.txt',
      ].join('\n'),
      [edit(3, 'two'), TOLD, '    - write: {path: b.txt, text: b}'].join('\n'),
    );
    t.after(() => sample.remove());
    const ended = await sample.cox(['run', sample.plan], { COX_SANDBOX: 'required' });
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const { run } = await status(sample);
    const message = JSON.parse(sample.git(['show', `${run.integrationBranch}:a.txt`]));
    assert.equal(message.payload.other_task, 'task-002');
    assert.equal(sample.git(['show', `${run.integrationBranch}:shared.txt`]), linesWith(3, 'two').trimEnd());
  });

  it('is named to the next try, and counted as met when it comes all the same', async (t) => {
    const deep = (step: string): string => `    ${step}`;
    const sample = project(
      [
        '    attempts:',
        '      1:',
        ...[edit(3, 'one'), waitFor('end'), '    - write: {path: a.txt, text: a}'].map(deep),
        '    default:',
        deep('    - write: {path: a.txt, text: a}'),
      ].join('\n'),
      [
        '    attempts:',
        '      1:',
        ...[edit(3, 'two'), TOLD, '    - exit: 3'].map(deep),
        '    default:',
        ...[
          '    - expectFeedback: "with the work of task-001: shared.txt"',
          '    - write: {path: b.txt, text: b}',
        ].map(deep),
      ].join('\n'),
    );
    t.after(() => sample.remove());
    const signs = join(sample.root, 'signs');
    mkdirSync(signs);
    const run = sample.start(['run', sample.plan], { STARTS: signs });
    await until(() => run.stdout().includes('merged: task-002'));
    // Its agent is told once more: what it has is in conflict with what is merged now.
    await until(async () => (await status(sample)).conflictsForeseen[0]?.with === 'integration-branch');
    writeFileSync(join(signs, 'end'), '');
    const ended = await run.ended;
    assert.equal(ended.code, 0, ended.stdout);
    const report = JSON.parse(readFileSync(join(sample.path, sample.plan, 'report.json'), 'utf8'));
    assert.deepEqual(
      report.conflicts.map(({ task }: { task: string }) => task),
      ['task-001'],
    );
    const met = report.conflicts_foreseen.map((one: { with: string; met: boolean }) => [one.with, one.met]);
    assert.deepEqual(met, [
      ['task', true],
      ['integration-branch', true],
    ]);
  });
});
