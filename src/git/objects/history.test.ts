import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { makeRepository } from '../../testing/git-fixture.ts';
import { inspectRepository } from '../base/repository.ts';
import { createGit } from '../base/runner.ts';
import { ObjectHistory } from './history.ts';

const fixture = makeRepository();
const git = createGit({ host: fixture.env });
after(async () => {
  await git.rest();
  fixture.remove();
});

async function history(): Promise<ObjectHistory> {
  const found = await inspectRepository(git, fixture.path);
  assert.ok(found.ok);
  return new ObjectHistory({ git, repository: found.value });
}

describe('the history of a repository', () => {
  it('tells where branches stand, and the line of first parents between two commits', async () => {
    const base = fixture.git(['rev-parse', 'HEAD']);
    const line: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      fixture.git(['checkout', '-q', '-b', `work/${name}`, base]);
      fixture.commit({ [name]: name }, name);
      fixture.git(['checkout', '-q', 'main']);
      fixture.git(['merge', '-q', '--no-ff', '-m', name, `work/${name}`]);
      line.push(fixture.git(['rev-parse', 'HEAD']));
    }
    const found = await history();
    const [first = '', second = '', third = '', tip = ''] = line;
    assert.equal(await found.branch('main'), tip);
    for (const name of ['work', 'nowhere', '--all', 'main^{tree}'])
      assert.equal(await found.branch(name), null);
    assert.deepEqual(await found.line(base, tip), line);
    assert.deepEqual(await found.line(tip, tip), []);
    assert.equal(await found.contains(tip, first), true);
    assert.equal(await found.contains(first, tip), false);
    const halfway = await found.halfway(base, tip);
    assert.equal(halfway[0], second);
    assert.deepEqual(halfway.toSorted(), [first, second, third].toSorted());
    assert.deepEqual(await found.halfway(third, tip), []);
    await assert.rejects(found.line(base, 'f'.repeat(40)), { name: 'GitFailure' });
  });
});
