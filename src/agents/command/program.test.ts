import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstProgram } from './program.ts';

test('the program of a command line, where it is certain', () => {
  assert.equal(firstProgram('claude -p "$(cat)"'), 'claude');
  assert.equal(firstProgram('  /opt/agent/run --fast'), '/opt/agent/run');
  assert.equal(firstProgram('cat >made.txt; echo done'), 'cat');
});

test('nothing is said of what only the shell can tell', () => {
  for (const command of [
    'KEY=1 claude',
    '"my agent" -p',
    '$AGENT',
    './agent.sh',
    'bin/agent',
    '~/agent',
    'if true; then x; fi',
    '(cd a; b)',
    'exec claude',
    '. ./env; claude',
    'echo x > y',
    'true',
    '',
  ])
    assert.equal(firstProgram(command), null, command);
});
