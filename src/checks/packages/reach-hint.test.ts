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

test('what was not reached is told, and names of packages are no sign of it', () => {
  const hint = (output: string): string => reachHint({ command: 'npm install', exitCode: 1, output }, OPEN);
  for (const output of [
    'npm error code ENOTFOUND\nnpm error network request to https://registry.npmjs.org/a failed',
    'npm error code E407\nnpm error 407 Proxy Authentication Required - GET https://registry.npmjs.org/a',
    'error: failed to connect to proxy 10.0.0.1:3128',
    'npm error network If you are behind a proxy, please make sure that it is set',
    'error sending request for url: client error (Connect): tunnel error: proxy refused',
    'npm error code E403\nnpm error 403 Forbidden - GET https://registry.npmjs.org/a',
  ])
    assert.match(hint(output), /could not be reached/, output);
  for (const output of [
    'npm error code ETARGET\nnpm error notarget No matching version found for http-proxy@9.9.9.',
    'npm error code ERESOLVE\nnpm error Found: proxy-agent@6.0.0, from proxy-from-env@1.0.0',
    'error: No solution found for proxy==1.0 and proxy-tools==2.0',
    "npm error 404 'http-proxy-middleware@99.0.0' is not in this registry.",
  ])
    assert.equal(hint(output), '', output);
});
