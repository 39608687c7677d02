import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachHint } from './reach-hint.ts';

const OPEN = { is: 'open' } as const;

test('a project that uv cannot work in is told how it becomes one', () => {
  const output = 'error: No `pyproject.toml` found in current directory or any parent directory';
  const hint = reachHint({ command: 'uv add --no-sync a==1', exitCode: 2, output }, OPEN);
  assert.match(hint, /does not have; make one with `uv init --bare`, commit it/);
  assert.equal(reachHint({ command: 'npm install', exitCode: 2, output }, OPEN), '');
  assert.equal(reachHint({ command: 'uv add a==1', exitCode: 1, output: 'no such version' }, OPEN), '');
});
