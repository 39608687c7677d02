import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { storeContract } from '../testing/store-contract.ts';

storeContract('the SQLite store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cox-store-'));
  return {
    opener: new URL('../testing/store-opener.ts', import.meta.url).href,
    where: join(folder, 'coxswain', 'log.db'),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
});
