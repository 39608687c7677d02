import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import fc from 'fast-check';
import { makeRepository } from '../../testing/git-fixture.ts';
import { parseBatch, parseCommit } from '../base/output.ts';

describe('objects as `git cat-file --batch` gives them', () => {
  const fixture = makeRepository({ files: { 'a.txt': 'one\n\ntwo', 'empty.txt': '' } });
  after(() => fixture.remove());
  const batch = (...names: readonly string[]): Buffer =>
    Buffer.from(`${fixture.git(['cat-file', '--batch'], { input: `${names.join('\n')}\n` })}\n`);

  it('stand in the order asked for, with null for what is not there', () => {
    const objects = parseBatch(batch('HEAD:a.txt', 'HEAD:absent', 'HEAD:empty.txt', 'f'.repeat(40), 'HEAD'));
    assert.deepEqual(
      objects.map((object) => object && [object.type, object.content.length]),
      [['blob', 8], null, ['blob', 0], null, ['commit', objects[4]?.content.length]],
    );
    assert.equal(objects[0]?.content.toString(), 'one\n\ntwo');
  });

  it('tell the tree, the parents and the date of a commit, whatever its message says', () => {
    const date = '1700000000 +0130';
    const message = 'First\n\ntree 0\nparent 0\ncommitter x <y> 1 +0000';
    fixture.git(['commit', '--quiet', '--allow-empty', '-m', message], { env: { GIT_COMMITTER_DATE: date } });
    const [commit = null] = parseBatch(batch('HEAD'));
    assert.deepEqual(parseCommit(commit?.content ?? Buffer.alloc(0)), {
      tree: fixture.git(['rev-parse', 'HEAD^{tree}']),
      parents: [fixture.git(['rev-parse', 'HEAD^'])],
      committed: date,
    });
  });

  it('are read from any bytes without a failure', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        parseBatch(Buffer.from(bytes));
        assert.equal(parseCommit(Buffer.from(bytes)), null);
      }),
    );
  });
});
