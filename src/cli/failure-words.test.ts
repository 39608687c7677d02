import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureWords } from './failure-words.ts';

function systemError(code: string, path?: string): Error {
  return Object.assign(new Error(`${code}: no`), { code, ...(path === undefined ? {} : { path }) });
}

test('a file or folder that the system does not let be used is no bug', () => {
  for (const [code, words] of [
    ['EACCES', 'permission denied'],
    ['EROFS', 'the file system is read-only'],
    ['ENOSPC', 'the disk is full'],
  ] as const) {
    const said = failureWords(systemError(code, '/repo/.git/coxswain'), false);
    assert.equal(said.code, 3);
    assert.match(
      said.text,
      new RegExp(`^cox: /repo/\\.git/coxswain cannot be used: ${words}\n     Mend that`),
    );
    assert.doesNotMatch(said.text, /bug| at /);
  }
  assert.match(failureWords(systemError('EACCES', '/x'), true).text, /\n {4}at /, 'where, for whoever asks');
});

test('a folder that cannot be made is no bug', () => {
  const error = Object.assign(systemError('ENOENT', '/repo/.git/coxswain'), { syscall: 'mkdir' });
  const { code, text } = failureWords(error, false);
  assert.deepEqual(
    [code, text.split('\n')[0]],
    [3, 'cox: /repo/.git/coxswain cannot be made: what it is to lie in is read-only, or not there'],
  );
  assert.match(failureWords(systemError('ENOENT', '/x'), false).text, /this is a bug/);
});

test('everything else is told as a bug', () => {
  for (const error of [new TypeError('x'), systemError('EACCES'), systemError('EBADF', '/x'), 'words']) {
    const said = failureWords(error, false);
    assert.equal(said.code, 1);
    assert.match(said.text, /^cox: this is a bug: .*\n.*`cox resume` goes on.* COX_DEBUG=1/);
  }
});
