import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { filesOf, startedFiles } from './started-files.ts';

test('the program and the script of a command line, where they are certain', () => {
  for (const [command, files] of [
    ['/tmp/agent --fast', ['/tmp/agent']],
    ['~/bin/agent', ['~/bin/agent']],
    ['sh /tmp/agent.sh "$COX_TASK_ID"', ['/tmp/agent.sh']],
    ['/usr/bin/python3.12 /home/me/agent.py', ['/usr/bin/python3.12', '/home/me/agent.py']],
    ["KEY=1 exec node '/tmp/my agent.mjs' | tee log", ['/tmp/my agent.mjs']],
    ['bash "/tmp/my agent.sh"; echo done', ['/tmp/my agent.sh']],
    ['/tmp/agent\necho done', ['/tmp/agent']],
    ['timeout -k 5 60m sh -eu /tmp/agent.sh', ['/tmp/agent.sh']],
    ['nice -n 5 env -i KEY=1 /tmp/agent 7', ['/tmp/agent']],
  ] as const)
    assert.deepEqual(startedFiles(command), files, command);
});

test('nothing is said of what only the shell, or the program, can tell', () => {
  for (const command of [
    'sh agent.sh',
    './agent.sh',
    'sh -c /tmp/agent',
    'sh "$HOME/agent.sh"',
    "sh '~/agent.sh'",
    'sh /tmp/$NAME.sh',
    'sh /tmp/*.sh',
    'cat /tmp/notes',
    'node --import /tmp/hook.mjs agent.mjs',
    '/tmp/agent || agent',
    'sh; /tmp/agent',
    'sh\n/tmp/agent',
    'sh </tmp/agent',
    'timeout -s KILL 5 /tmp/agent',
    '60m /tmp/agent',
    'bash -c /tmp/agent',
    'bash -l /tmp/agent',
    'if true; then /tmp/agent; fi',
    '(/tmp/agent)',
    '# /tmp/agent',
    '',
  ])
    assert.deepEqual(startedFiles(command), [], command);
});

test('words that no shell looks at', () => {
  assert.deepEqual(filesOf(['node', '/tmp/a b.mjs', '/tmp/c']), ['/tmp/a b.mjs']);
  assert.deepEqual(filesOf(['agent', '/tmp/a']), []);
  assert.deepEqual(filesOf([]), []);
});

test('any text gives files that stand in it', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const file of startedFiles(text)) assert.ok(text.includes(file));
    }),
  );
});
