import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  findings as found,
  hasPlan,
  type ManifestChange,
  manifestFiles,
  messages,
  type TaskText,
} from '../../../testing/manifest-files.ts';
import type { ReadOptions } from '../../plan-files.ts';

const ONE: readonly TaskText[] = [{ id: 'task-001', wave: 1 }];

describe('dependencies', () => {
  function packages(dependencies: object, options?: ReadOptions): readonly string[] {
    const change: ManifestChange = { dependencies };
    return found(manifestFiles(ONE, change), options).map((line) => line.split(' ').slice(0, 2).join(' '));
  }

  it('that are pinned are fine', () => {
    const python = {
      remove: ['old-lib'],
      upgrade: ['requests==2.31.0'],
      add: ['sqlalchemy[asyncio]==2.0.25', 'a === 1', "b==1.0; python_version < '3.12'"],
      add_dev: ['pytest==7.4.3'],
    };
    const node = { add: ['zod@3.22.4', '@types/node@24.0.0-rc.1+x'], remove: ['left-pad'] };
    assert.deepEqual(packages({ python, node }), []);
    assert.deepEqual(packages({ python: { add: [] } }), []);
  });

  it('must be pinned', () => {
    for (const text of ['a>=2.9', 'a', 'a~=1.0', 'a==1.*', 'a==1,!=2', 'a @ git+https://example.invalid/a']) {
      const rules = packages({ python: { add: [text] } });
      assert.deepEqual(rules, ['error dependency-unpinned'], text);
    }
    for (const text of ['a', 'a@^1', 'a@latest', 'a@1', '@s/a@~1.0.0', 'a@npm:b@1.0.0']) {
      const rules = packages({ node: { add_dev: [text] } });
      assert.deepEqual(rules, ['error dependency-unpinned'], text);
    }
    const allowed = packages({ python: { add: ['a>=2'] } }, { allowUnpinned: true });
    assert.deepEqual(allowed, ['warning dependency-unpinned']);
  });

  it('under keys that mean nothing are told of', () => {
    const python = { dev: ['pytest==7.4.3'], add: [], addDev: [] };
    const files = manifestFiles(ONE, { dependencies: { ruby: { add: ['x'] }, npm: {}, python } });
    assert.deepEqual(found(files), [
      'warning dependency-key-unknown manifest.json:16:13',
      'warning dependency-key-unknown manifest.json:23:14',
    ]);
    assert.deepEqual(messages(files), [
      'nothing is installed for "ruby" of dependencies',
      'nothing is installed for "dev" of dependencies.python',
    ]);
    assert.ok(hasPlan(files));
  });

  it('must be names, not options of the tool that installs them', () => {
    for (const text of ['--index-url=x', '', '-r x', '../x', 'a==1\n--x']) {
      assert.ok(packages({ python: { remove: [text] } }).includes('error dependency-name'), text);
    }
    for (const dependencies of [{ python: { remove: ['old lib'] } }, { node: { remove: ['old lib@1.0.0'] } }])
      assert.deepEqual(packages(dependencies), ['error dependency-name'], 'more than one name');
    const named = { python: { remove: ['a[x]>=1', 'b ; x', 'c @ https://x'] }, node: { remove: ['@s/a@1'] } };
    assert.deepEqual(packages(named), []);
  });

  it('have their place', () => {
    const files = manifestFiles(ONE, { dependencies: { node: { add: ['a@1.0.0', 'b'] } } });
    assert.ok(found(files).some((line) => /^error dependency-unpinned manifest\.json:\d+:9$/.test(line)));
  });
});
