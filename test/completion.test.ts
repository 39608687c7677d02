/** Completion as each shell does it, by the script that is to be sourced. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import type { Shell } from '../src/cli/render/completion-scripts.ts';
import { makeRepository } from '../src/testing/git-fixture.ts';
import { COX } from './lib/project.ts';

const fixture = makeRepository({ files: { 'a.md': '# A\n', 'a b.md': '# A\n' } });
const home = join(fixture.root, 'home');
mkdirSync(home);

/** A run of the shell in the repository. `args` are its own, as `$1` and so on, or `$argv`. */
function shellSays(shell: Shell, script: string, ...args: readonly string[]): string {
  const own = {
    bash: ['--norc', '-c', script, 'bash'],
    zsh: ['-f', '-c', script, 'zsh'],
    fish: ['--no-config', '-c', script],
  };
  const ran = spawnSync(shell, [...own[shell], ...args], {
    cwd: fixture.path,
    env: { ...fixture.env, HOME: home, TERM: 'dumb', PATH: `${dirname(COX)}:${process.env['PATH']}` },
    encoding: 'utf8',
    timeout: 600_000,
  });
  assert.deepEqual([ran.status, ran.stderr], [0, ''], ran.stdout);
  return ran.stdout;
}

/** For `skip` of a suite. */
function isMissing(shell: Shell): string | false {
  if (spawnSync(shell, ['--version']).status === 0) return false;
  return `${shell} is not installed; scripts/setup-test-env.sh installs it`;
}

const RAN = join(fixture.path, 'ran');
const HOSTILE = ['$(touch ran)', '`touch ran`; touch ran', '(touch ran)'];

const OFFERS = {
  bash: `
    source <(cox completion bash) || exit 1
    COMP_WORDS=(cox "$@") COMP_CWORD=$#
    _cox
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: `
    cox completion fish | source; or exit 1
    complete --do-complete "cox "(string join ' ' -- (string escape -- $argv[1..-2]) $argv[-1])`,
} as const;

/** What is offered for the last word. */
function offered(shell: keyof typeof OFFERS, ...words: readonly string[]): readonly string[] {
  const lines = shellSays(shell, OFFERS[shell], ...words).split('\n');
  // fish says what each one means.
  return lines.flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? ''])).toSorted();
}

for (const shell of ['bash', 'fish'] as const)
  describe(`completion in ${shell}`, { skip: isMissing(shell) }, () => {
    it('offers commands, options and choices', () => {
      assert.deepEqual(offered(shell, 'integ'), ['integrate']);
      assert.deepEqual(offered(shell, 'checkpoint', 'c'), ['cleanup', 'context']);
      assert.deepEqual(offered(shell, 'run', 'a.md', '--allow-d'), ['--allow-dirty']);
      assert.deepEqual(offered(shell, 'setup', '--tech', 'ty'), ['typescript']);
    });

    it('leaves files to the shell', () => {
      const files = shell === 'fish' ? ['a b.md', 'a.md'] : [];
      assert.deepEqual(offered(shell, 'run', 'a'), files);
    });

    it('runs nothing of what is typed', () => {
      assert.deepEqual(offered(shell, 'run', ...HOSTILE, '--dry'), ['--dry-run']);
      assert.ok(!existsSync(RAN));
    });
  });

/** At a terminal of its own: nothing is offered elsewhere. It waits for what is to be seen, and would for ever. */
const TYPED = `
  zmodload zsh/zpty || exit 1
  zpty shell zsh -f -i
  zpty -w shell 'unsetopt beep; autoload -Uz compinit && compinit -u -d "$HOME/zcompdump"; source <(cox completion zsh)'
  zpty -w shell 'print READY-$((1 + 1))'
  zpty -r shell seen '*READY-2*' || exit 1
  for line wanted in "$@"; do
    zpty -w -n shell $'\\C-U'"$line"$'\\t\\t'
    zpty -r shell seen "*\${(b)wanted}*" || exit 1
    print -r -- "seen $wanted"
  done
  zpty -d shell`;

/** Each is a line, behind which the tab key is pressed twice, and what is to be seen then. */
function seen(...pairs: readonly (readonly [line: string, wanted: string])[]): void {
  const said = shellSays('zsh', TYPED, ...pairs.flat());
  assert.deepEqual(
    said.split('\n').filter((line) => line !== ''),
    pairs.map(([, wanted]) => `seen ${wanted}`),
  );
}

describe('completion in zsh', { skip: isMissing('zsh') }, () => {
  it('offers commands, options and choices, with what they mean', () => {
    seen(
      ['cox integ', 'integrate'],
      ['cox checkpoint c', 'cleanup'],
      ['cox re', 'report -- '],
      ['cox run a.md --allow-d', '--allow-dirty'],
      ['cox setup --tech ty', 'typescript'],
    );
  });

  it('leaves files to the shell, and runs nothing of what is typed', () => {
    seen(
      ['cox run a.', 'a.md'],
      [`cox run ${HOSTILE.slice(0, 1).join(' ')} '\`touch ran\`' --dry`, '--dry-run'],
    );
    assert.ok(!existsSync(RAN));
  });
});
