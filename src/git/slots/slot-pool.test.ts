import { join } from 'node:path';

import { makeRepository } from '../../testing/git-fixture.ts';
import { WITHOUT_BUBBLEWRAP } from '../../testing/sandboxes.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { worktreeContract } from '../../testing/worktree-contract.ts';

function open(confined: boolean): () => Promise<OpenedPool> {
  return async () => {
    const files = { 'a.txt': 'a\n', 'src/b.txt': 'b\n', '.gitignore': '*.log\n' };
    const fixture = makeRepository({ files });
    return openPool(fixture, { poolFolder: join(fixture.root, 'pool'), confined });
  };
}

worktreeContract('The slot pool', open(false));
worktreeContract('The slot pool with confined slots', open(true), WITHOUT_BUBBLEWRAP);
