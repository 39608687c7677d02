import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstallResult } from '../core/event.ts';
import type { RunState } from '../core/run-state.ts';
import { commitName, RunLog } from '../testing/events.ts';
import { makePlan, makeTask, ONE_PACKAGE } from '../testing/plans.ts';
import { dependencyReport, dependencyWords, installedLine } from './dependency-facts.ts';
import { executionReport } from './execution-report.ts';
import { htmlReport } from './html-report.ts';
import { issuesOf } from './issues.ts';

function afterwards(result?: InstallResult): RunState {
  const log = new RunLog({ ...makePlan([makeTask('a', 1)]), dependencies: ONE_PACKAGE });
  log.add({ type: 'dependencies.installing', base: commitName('a1'), changes: ONE_PACKAGE });
  return (result === undefined ? log : log.add({ type: 'dependencies.installed', result })).state();
}

test('a plan without packages has nothing to say of them', () => {
  const state = new RunLog(makePlan([makeTask('a', 1)])).state();
  assert.equal(dependencyReport(state), null);
  assert.equal(dependencyWords(state), null);
  assert.doesNotMatch(executionReport(state), /Dependencies/);
});

test('packages are installed by a commit, or were there already', () => {
  assert.equal(dependencyReport(afterwards())?.status, 'installing');
  const commit = commitName('b2');
  const state = afterwards({ is: 'installed', commit, files: ['package.json'] });
  assert.partialDeepStrictEqual(dependencyReport(state), {
    status: 'installed',
    commit,
    files: ['package.json'],
  });
  assert.match(executionReport(state), /Dependencies\*\*: installed by b2b2b2b2b2 \(package\.json\)/);
  const there = afterwards({ is: 'installed', commit: commitName('a1'), files: [] });
  assert.equal(dependencyReport(there)?.commit, null);
  assert.equal(dependencyWords(there), 'there already');
});

test('what the package manager is believed is not called there', () => {
  const unconfirmed = ['left is not in pyproject.toml'];
  const doubt = '; uv says that all is done, but left is not in pyproject.toml';
  const nothing = { is: 'installed', commit: commitName('a1'), files: [], unconfirmed } as const;
  assert.equal(dependencyWords(afterwards(nothing)), `no file was changed${doubt}`);
  assert.equal(installedLine(nothing), `for the dependencies of the plan no file was changed${doubt}`);
  const some = { ...nothing, commit: commitName('b2'), files: ['uv.lock'] };
  assert.equal(dependencyWords(afterwards(some)), `installed by b2b2b2b2b2 (uv.lock)${doubt}`);
  assert.equal(installedLine(some), `dependencies installed: uv.lock (b2b2b2b2b2)${doubt}`);
  assert.deepEqual(dependencyReport(afterwards(some))?.unconfirmed, unconfirmed);
});

test('packages that were not installed are an issue, and nothing of the output acts on a page', () => {
  const result = {
    command: 'npm install <x>',
    passed: false,
    exitCode: 1,
    durationMs: 1,
    output: '<script>',
  };
  const state = afterwards({ is: 'failed', result });
  assert.partialDeepStrictEqual(dependencyReport(state), { status: 'failed', command: 'npm install <x>' });
  assert.match(issuesOf(state)[0]?.what ?? '', /npm install <x> failed, so no task was started: <script>/);
  assert.doesNotMatch(htmlReport(state), /<script>|<x>/);
});
