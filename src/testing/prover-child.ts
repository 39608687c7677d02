/** Another process that proves an attempt's work: `prover-child.ts <request as JSON> <root of a fixture>`. */

import { join } from 'node:path';
import { inspectRepository } from '../git/base/repository.ts';
import { createGit } from '../git/base/runner.ts';
import { SlotPool } from '../git/slots/slot-pool.ts';
import type { ProofRequest } from '../ports/prover.ts';
import { proverFor } from './prover-bench.ts';

function isRequest(value: unknown): value is ProofRequest {
  return typeof value === 'object' && value !== null && 'key' in value && 'tip' in value;
}

const [given = '', root = ''] = process.argv.slice(2);
const request: unknown = JSON.parse(given);
if (!isRequest(request)) throw new Error('not a request');
const fixture = { root, path: join(root, 'checkout'), env: { HOME: root, PATH: process.env['PATH'] ?? '' } };
const git = createGit({ host: process.env });
const repository = await inspectRepository(git, fixture.path);
if (!repository.ok) throw new Error(repository.error.detail);
const pool = new SlotPool({
  git,
  repository: repository.value,
  poolFolder: join(root, 'pool'),
  host: process.env,
  archiveFolder: () => root,
});
const prover = await proverFor(fixture, { pool, git });
await prover.prove(request, () => undefined, new AbortController().signal);
