import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PathChange } from '../../ports/commit-reader.ts';
import { attendanceOf } from './attendants.ts';

function added(path: string, change: Partial<PathChange> = {}): PathChange {
  return { path, kind: 'added', was: null, is: 'file', lines: [], oldLines: [], ...change };
}
const modified = (path: string): PathChange => added(path, { kind: 'modified', was: 'file' });

interface Around {
  readonly allowed?: readonly PathChange[];
  readonly scope?: readonly string[];
  readonly texts?: Readonly<Record<string, string>>;
}

async function attends(
  change: PathChange,
  { allowed = [], scope = [], texts = {} }: Around,
): Promise<string> {
  const found = await attendanceOf(change, {
    allowed,
    isInScope: (path) => scope.includes(path),
    read: async (path) => texts[path] ?? null,
  });
  return found === null ? 'alone' : found.is === 'new-test' ? `test of ${found.of}` : found.is;
}

test('a lock file comes with its manifest: in the scope beside it, or changed below it', async () => {
  const lock = modified('web/package-lock.json');
  assert.equal(await attends(lock, { scope: ['web/package.json'] }), 'lock-file');
  assert.equal(await attends(lock, { allowed: [modified('web/apps/one/package.json')] }), 'lock-file');
  assert.equal(
    await attends(lock, { scope: ['package.json'], allowed: [modified('api/package.json')] }),
    'alone',
  );
  assert.equal(await attends(modified('go.sum'), { scope: ['go.mod'] }), 'lock-file');
  assert.equal(await attends(modified('yarn.lock'), { scope: ['go.mod'] }), 'alone');
  assert.equal(await attends(modified('toString'), { scope: ['package.json'] }), 'alone');
});

test('a link under the name of a lock file is no lock file', async () => {
  const link = added('package-lock.json', { is: 'link' });
  assert.equal(await attends(link, { scope: ['package.json'] }), 'alone');
});

test('a snapshot comes with its test', async () => {
  const snapshot = added('src/__snapshots__/a.test.ts.snap');
  assert.equal(await attends(snapshot, { scope: ['src/a.test.ts'] }), 'snapshot');
  assert.equal(await attends(snapshot, { scope: ['src/b.test.ts'] }), 'alone');
});

test('an empty file makes a folder of new files a package of Python', async () => {
  const marker = added('app/__init__.py');
  const allowed = [added('app/users/models.py')];
  assert.equal(await attends(marker, { allowed, texts: { 'app/__init__.py': ' \n' } }), 'package-marker');
  assert.equal(await attends(marker, { allowed, texts: { 'app/__init__.py': 'import os\n' } }), 'alone');
  assert.equal(
    await attends(marker, { allowed: [modified('app/a.py')], texts: { 'app/__init__.py': '' } }),
    'alone',
  );
  assert.equal(
    await attends(modified('app/__init__.py'), { allowed, texts: { 'app/__init__.py': '' } }),
    'alone',
  );
});

test('a new test is shown with what it tests; an old one, and one of nothing that changed, stands for itself', async () => {
  const allowed = [modified('src/user.ts'), added('lib/order.py'), added('cmd/main.go')];
  for (const [path, of] of [
    ['src/user.test.ts', 'src/user.ts'],
    ['tests/user.spec.mjs', 'src/user.ts'],
    ['tests/test_order.py', 'lib/order.py'],
    ['cmd/main_test.go', 'cmd/main.go'],
  ] as const)
    assert.equal(await attends(added(path), { allowed }), `test of ${of}`, path);
  assert.equal(await attends(modified('src/user.test.ts'), { allowed }), 'alone');
  assert.equal(await attends(added('src/users.test.ts'), { allowed }), 'alone');
  const gone = added('src/user.ts', { kind: 'deleted', was: 'file', is: null });
  assert.equal(await attends(added('src/user.test.ts'), { allowed: [gone] }), 'alone');
});
