import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfigs } from './read-config.ts';

test('a config that is a device without an end is refused, not read', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'cox-config-'));
  t.after(() => rmSync(root, { recursive: true }));
  symlinkSync('/dev/zero', join(root, 'coxswain.config.yaml'));
  const read = await readConfigs(root, {});
  assert.ok(!read.ok);
  assert.equal(read.error[0]?.message, 'is no regular file');
});
