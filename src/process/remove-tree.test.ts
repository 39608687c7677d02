import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { removeTree } from './remove-tree.ts';

test('removes what lies deeper than a path can say, and what may not be written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cox-remove-'));
  // 300 folders of 21 bytes each: more than 4096 in all.
  const deep =
    'i=0; while [ $i -lt 300 ]; do mkdir dddddddddddddddddddd; cd -P dddddddddddddddddddd; i=$((i+1)); done';
  execFileSync('sh', ['-c', `${deep}; echo x > file`], { cwd: folder });
  mkdirSync(join(folder, 'locked'));
  writeFileSync(join(folder, 'locked/file'), 'x');
  chmodSync(join(folder, 'locked'), 0o500);
  assert.equal(await removeTree(folder), true);
  assert.ok(!existsSync(folder));
  assert.equal(await removeTree(folder), true);
});
