import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedEnvironment } from './environment.ts';

test('only what is on the list goes through', () => {
  const host = {
    PATH: '/bin',
    HOME: '/h',
    LC_ALL: 'C',
    SECRET_TOKEN: 's',
    GIT_DIR: '/x',
    SSH_AUTH_SOCK: '/s',
    TERM: 'xterm',
  };
  assert.deepEqual(allowedEnvironment(host), { PATH: '/bin', HOME: '/h', LC_ALL: 'C', TERM: 'dumb' });
});

test('names and prefixes can be added, and what is not set stays absent', () => {
  const host = { API_KEY: 'k', TOOL_A: '1', TOOL_B: '2', OTHER: '3', HOME: undefined };
  assert.deepEqual(allowedEnvironment(host, ['API_KEY', 'TOOL_*', 'ABSENT']), {
    API_KEY: 'k',
    TOOL_A: '1',
    TOOL_B: '2',
    TERM: 'dumb',
  });
});
