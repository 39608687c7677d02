/** The scripts of the original names: each calls the program beside it, and hands its arguments on as they are. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeProject } from './lib/project.ts';

const SCRIPTS = fileURLToPath(new URL('../plugin/scripts', import.meta.url));
const project = makeProject({ waves: [], files: { '.gitignore': '.claude/\n' }, recipe: '' });
after(() => project.remove());

function script(name: string, ...args: readonly string[]) {
  const { status, stdout } = spawnSync(join(SCRIPTS, name), args, {
    cwd: project.path,
    env: { ...project.env, TMPDIR: project.root },
    encoding: 'utf8',
  });
  return [status, stdout] as const;
}

describe('the scripts of the plugin', { timeout: 1_200_000 }, () => {
  it('do what they did, with arguments that a shell would take apart', () => {
    const summary = 'it\'s; $(touch hacked) `touch hacked` "two"  spaces *';
    assert.deepEqual(script('pool-manager.sh', 'init', '2'), [0, 'Pool initialized: 2 slots available\n']);
    assert.match(script('pool-manager.sh', 'acquire', 'one')[1], /^wt-1\|.*\|auto\/one\n$/);
    assert.deepEqual(script('state-transition.sh', 'init'), [0, 'IDLE\n']);
    const [, path] = script('checkpoint-manager.sh', 'write', 'GROUP_1', summary);
    assert.ok(readFileSync(join(project.path, path.trim()), 'utf8').includes(summary));
    assert.ok(!existsSync(join(project.path, 'hacked')));
    assert.match(script('setup-worktree.sh', 'two', 'main')[1], /\|auto\/two\n$/);
    assert.deepEqual(script('merge-branches.sh', 'main', 'auto/none'), [
      1,
      '=== MERGE SUMMARY ===\nMerged: none\nFailed: auto/none\n',
    ]);
  });

  it('are the same through links to them', () => {
    const links = join(project.root, 'links');
    mkdirSync(join(links, 'more'), { recursive: true });
    for (const name of readdirSync(SCRIPTS).filter((each) => each.endsWith('.sh'))) {
      symlinkSync(join(SCRIPTS, name), join(links, name));
      symlinkSync(`../${name}`, join(links, 'more', name));
      const run = spawnSync(join(links, 'more', name), ['--help'], {
        cwd: project.path,
        env: project.env,
        encoding: 'utf8',
      });
      assert.deepEqual([run.status, run.stdout.slice(0, 10)], [0, 'Usage: cox'], run.stderr);
    }
  });

  it('find the program on the PATH when it does not lie beside them, and say when there is none', () => {
    const copy = join(project.root, 'copied plugin');
    cpSync(SCRIPTS, join(copy, 'scripts'), { recursive: true });
    const bin = join(project.root, 'bin');
    mkdirSync(bin);
    const run = () =>
      spawnSync('/bin/sh', [join(copy, 'scripts/state-transition.sh'), 'state'], {
        cwd: project.path,
        env: { ...project.env, PATH: `${bin}:/usr/bin:/bin` },
        encoding: 'utf8',
      });
    const missing = run();
    assert.equal(missing.status, 127);
    assert.match(missing.stderr, /there is no cox on the PATH/);
    writeFileSync(join(bin, 'cox'), '#!/bin/sh\nprintf "%s," "$@"\n', { mode: 0o755 });
    assert.deepEqual([run().status, run().stdout], [0, 'state,state,']);
  });
});
