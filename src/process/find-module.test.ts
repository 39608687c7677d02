import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { findModule } from './find-module.ts';

const NAME = '@makers/agent-kit';
const root = mkdtempSync(join(tmpdir(), 'cox-find-module-'));
after(() => rmSync(root, { recursive: true }));

/** Gives its main file. */
function install(folder: string): string {
  const at = join(root, folder, 'node_modules', NAME);
  mkdirSync(at, { recursive: true });
  const described = { name: NAME, type: 'module', exports: { '.': { default: './main.mjs' } } };
  writeFileSync(join(at, 'package.json'), JSON.stringify(described));
  writeFileSync(join(at, 'main.mjs'), 'export {};\n');
  return join(at, 'main.mjs');
}

describe('a package of the user', () => {
  const ofProject = install('project');
  const global = install('prefix/lib');
  mkdirSync(join(root, 'empty'));
  const searchPath = `bin:${join(root, 'nowhere/bin')}:${join(root, 'prefix/bin')}`;
  const find = (cwd: string, folder?: string) =>
    findModule({ name: NAME, folder, cwd: join(root, cwd), searchPath });

  test('is that of the project, else the one that is installed beside the programs', () => {
    assert.deepEqual(find('project'), { ok: true, value: ofProject });
    assert.deepEqual(find('empty'), { ok: true, value: global });
  });

  test('is taken from the folder that was named, the package itself or who has it, and from no other', () => {
    assert.deepEqual(find('empty', '../project'), { ok: true, value: ofProject });
    assert.deepEqual(find('empty', join(root, 'prefix/lib/node_modules', NAME)), { ok: true, value: global });
    const none = find('project', 'no-such');
    assert.ok(!none.ok && none.error.endsWith('project/no-such'), JSON.stringify(none));
  });

  test('that is nowhere is told with what to do', () => {
    const none = findModule({ name: NAME, cwd: join(root, 'empty'), searchPath: '/no/bin' });
    assert.ok(!none.ok && none.error.includes(`npm install --global ${NAME}`), JSON.stringify(none));
  });
});
