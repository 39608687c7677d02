import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isBranchName } from '../../core/names.ts';
import { parseTreeMerge } from '../merging/tree-merge-output.ts';
import { attemptPin, besidePin, isCommitId } from '../objects/ref-names.ts';
import {
  joinNul,
  parseBatchCheck,
  parseConfig,
  parseStatus,
  parseTreeDiff,
  parseVersion,
  splitNul,
} from './output.ts';

const ID = 'a'.repeat(40);
const ZERO = '0'.repeat(40);

describe('parsers of git’s output', () => {
  it('take any bytes', () => {
    const parsers = [parseStatus, parseTreeDiff, parseTreeMerge, parseConfig, parseBatchCheck, splitNul];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const parse of parsers) parse(Buffer.from(bytes));
      }),
    );
  });

  it('split what they join', () => {
    const field = fc
      .uint8Array({ maxLength: 20 })
      .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0)));
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        assert.deepEqual(splitNul(joinNul(fields)), fields);
      }),
    );
  });

  it('status: changed, renamed, unmerged, untracked and ignored paths', () => {
    const output = joinNul([
      `1 .M N... 100644 100644 100644 ${ID} ${ID} a b\nc.txt`,
      `2 R. N... 100644 100644 100644 ${ID} ${ID} R100 to`,
      '? from',
      `u UU N... 100644 100644 100644 100644 ${ID} ${ID} ${ID} both`,
      '? new/',
      '! ignored.log',
      '# branch.head main',
    ]);
    const entries = parseStatus(output).map(({ is, path }) => [is, path.toString()]);
    assert.deepEqual(entries, [
      ['tracked', 'a b\nc.txt'],
      ['tracked', 'to'],
      ['unmerged', 'both'],
      ['untracked', 'new/'],
      ['ignored', 'ignored.log'],
    ]);
  });

  it('differences of trees, with binary files counted as none', () => {
    const output = joinNul([
      `:100644 000000 ${ID} ${ZERO} D`,
      'gone\t1',
      `:000000 160000 ${ZERO} ${ID} A`,
      'link',
      '3\t1\tgone\t1',
      '-\t-\tlink',
    ]);
    const { changes, linesAdded, linesRemoved } = parseTreeDiff(output);
    assert.deepEqual([linesAdded, linesRemoved], [3, 1]);
    assert.deepEqual(
      changes.map(({ path, oldMode, newMode }) => [path.toString(), oldMode, newMode]),
      [
        ['gone\t1', '100644', '000000'],
        ['link', '000000', '160000'],
      ],
    );
  });

  it('merges of trees', () => {
    assert.deepEqual(parseTreeMerge(joinNul([ID])), { tree: ID, conflicts: [], stages: [], messages: [] });
    const stage = (number: number, path: string): string => `100644 ${ID} ${number}\t${path}`;
    const fields = [ID, stage(2, 'a'), stage(3, 'a'), stage(1, 'b\n\t'), ''];
    const said = ['2', 'a', 'b\n\t', 'CONFLICT (contents)', 'words', '0', 'Auto-merging', 'more'];
    const merged = parseTreeMerge(joinNul([...fields, ...said]));
    assert.ok(merged !== null);
    assert.deepEqual(merged.conflicts, ['a', 'b\n\t']);
    assert.deepEqual(
      merged.stages.map(({ mode, id, stage: number, path }) => [mode, id, number, path.toString()]),
      [
        ['100644', ID, 2, 'a'],
        ['100644', ID, 3, 'a'],
        ['100644', ID, 1, 'b\n\t'],
      ],
    );
    assert.deepEqual(merged.messages, [
      { type: 'CONFLICT (contents)', paths: ['a', 'b\n\t'] },
      { type: 'Auto-merging', paths: [] },
    ]);
    assert.equal(parseTreeMerge(joinNul(['no tree'])), null);
  });

  it('objects, configuration and versions', () => {
    assert.deepEqual(parseBatchCheck(Buffer.from(`${ID} commit 12\nHEAD missing\n`)), [ID, null]);
    assert.deepEqual(parseConfig(joinNul(['local', 'a.b\nc\nd', 'global', 'core.bare'])), [
      { scope: 'local', key: 'a.b', value: 'c\nd' },
      { scope: 'global', key: 'core.bare', value: '' },
    ]);
    assert.deepEqual(parseVersion('git version 2.39.5 (Apple Git-154)'), [2, 39]);
    assert.equal(parseVersion('no git'), null);
  });
});

describe('names of refs', () => {
  it('made of plans’ names are single segments', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (run, task) => {
        for (const ref of [attemptPin({ run, task, number: 1 }), besidePin({ run, task, number: 1 }, ID)]) {
          assert.equal(ref.split('/').length, 6);
          assert.ok(isBranchName(ref), ref);
        }
      }),
    );
  });

  it('and ids are checked before git sees them', () => {
    for (const name of ['a', 'cox/run/task', 'ünï', 'a-b.c', 'v1@2']) assert.ok(isBranchName(name), name);
    for (const name of [
      '-a',
      'a..b',
      'a b',
      'a~1',
      'a^',
      'a:b',
      '/a',
      'a/',
      'a//b',
      '.a',
      'a/.b',
      'a.lock',
      'a.lock/b',
      '@',
      'HEAD',
      'a@{1}',
      'a\\b',
      'a\0b',
      'a.',
    ])
      assert.ok(!isBranchName(name), name);
    assert.ok(isCommitId(ID) && isCommitId('0'.repeat(64)));
    assert.ok(!isCommitId('HEAD') && !isCommitId(ID.slice(1)) && !isCommitId(`${ID}\n`));
  });
});
