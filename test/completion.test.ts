/** Completion as bash does it, by the script that is to be sourced. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { makeRepository } from '../src/testing/git-fixture.ts';
import { COX } from './lib/project.ts';

const fixture = makeRepository({ files: { 'a.md': '# A\n' } });

/** What bash offers for the last word. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `
    source <(cox completion bash) || exit 1
    COMP_WORDS=(cox "$@") COMP_CWORD=$#
    _cox
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const ran = spawnSync('bash', ['-c', script, 'bash', ...words], {
    cwd: fixture.path,
    env: { ...fixture.env, PATH: `${dirname(COX)}:${process.env['PATH']}` },
    encoding: 'utf8',
  });
  assert.equal(ran.stderr, '');
  return ran.stdout.split('\n').filter((line) => line !== '');
}

test('bash completes commands, options and choices', () => {
  assert.deepEqual(offered('integ'), ['integrate']);
  assert.deepEqual(offered('checkpoint', 'c'), ['context', 'cleanup']);
  assert.deepEqual(offered('run', 'a.md', '--allow-d'), ['--allow-dirty']);
  assert.deepEqual(offered('setup', '--tech', 'ty'), ['typescript']);
  assert.deepEqual(offered('run', ''), [], 'files are its own');
});

test('nothing that is typed is run', () => {
  assert.deepEqual(offered('run', '$(touch ran)', '`touch ran`; touch ran', '--dry'), ['--dry-run']);
  assert.ok(!existsSync(join(fixture.path, 'ran')));
});
