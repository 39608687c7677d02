import { join } from 'node:path';

import { makeRepository } from '../testing/git-fixture.ts';
import { openPool } from '../testing/slot-pools.ts';
import { worktreeContract } from '../testing/worktree-contract.ts';

worktreeContract('The slot pool', async () => {
  const fixture = makeRepository({ files: { 'a.txt': 'a\n', 'src/b.txt': 'b\n', '.gitignore': '*.log\n' } });
  return openPool(fixture, { poolFolder: join(fixture.root, 'pool') });
});
