import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AgentSettings } from '../../core/settings.ts';
import { type StartPlace, type Surroundings, startProblem } from './start-problem.ts';

/** A home with a program below it. */
function homeWith(
  t: TestContext,
  ...path: readonly string[]
): { readonly place: StartPlace; readonly file: string } {
  const home = mkdtempSync(join(tmpdir(), 'cox-start-'));
  t.after(() => rmSync(home, { recursive: true }));
  const file = join(home, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n', { mode: 0o755 });
  return { file, place: { home, cwd: home, searchPath: '/usr/bin:/bin' } };
}

/** Nothing can be seen but what is named. */
function around(...shown: readonly string[]): Surroundings {
  return { shown, hidden: async ([first]) => first ?? null };
}

const command = (text: string): AgentSettings => ({ driver: 'command', options: { command: text } });

test('what an agent begins with and cannot see is named, with what to do', async (t) => {
  const { place, file } = homeWith(t, 'tools/agent');
  for (const agent of [
    command(file),
    command('sh ~/tools/agent'),
    { driver: 'acp', options: { command: ['node', file] } },
    { driver: 'claude-code', options: { program: file } },
  ]) {
    const found = await startProblem(agent, place, around());
    const message = `the agent cannot be started: ${file} cannot be seen in the sandbox; name its folder in sandbox.readable`;
    assert.equal(found?.message, message);
    assert.match(found.remedy, /commit it/);
    assert.equal(await startProblem(agent, place, null), null, 'without walls');
    assert.equal(await startProblem(agent, place, around(join(place.home, 'tools'))), null, 'shown');
  }
});

test('what its driver shows to it, and what is not there at all, is no matter of walls', async (t) => {
  const { place, file } = homeWith(t, '.pi/agent/auth.json');
  assert.equal(await startProblem({ driver: 'pi', options: { program: file } }, place, around()), null);
  assert.equal(await startProblem(command('sh /no/such/file'), place, around()), null);
});

test('what is missing is said first', async (t) => {
  const { place } = homeWith(t, 'agent');
  const found = await startProblem(command('/no/such/program'), place, around());
  assert.match(found?.message ?? '', /\/no\/such\/program does not exist/);
  const unknown = await startProblem({ driver: 'nobody', options: {} }, place, around());
  assert.match(unknown?.message ?? '', /no agent driver "nobody"/);
});
