/** Another process that runs a check: `check-child.ts <request as JSON> <checkout> <pool folder> <checks folder>`. */

import { CommandChecker } from '../checks/command-check.ts';
import { inspectRepository } from '../git/base/repository.ts';
import { createGit } from '../git/base/runner.ts';
import { SlotPool } from '../git/slots/slot-pool.ts';
import type { CheckRequest } from '../ports/checker.ts';
import { NO_SANDBOX } from './sandboxes.ts';

function isRequest(value: unknown): value is CheckRequest {
  return typeof value === 'object' && value !== null && 'key' in value && 'commit' in value;
}

const [given = '', checkout = '', poolFolder = '', checks = ''] = process.argv.slice(2);
const request: unknown = JSON.parse(given);
if (!isRequest(request)) throw new Error('not a request');
const git = createGit({ host: process.env });
const repository = await inspectRepository(git, checkout);
if (!repository.ok) throw new Error(repository.error.detail);
const worktrees = new SlotPool({
  git,
  repository: repository.value,
  poolFolder,
  host: process.env,
  archiveFolder: () => poolFolder,
});
const checker = new CommandChecker({
  sandbox: NO_SANDBOX,
  worktrees,
  host: process.env,
  folder: () => checks,
});
await checker.check(request, new AbortController().signal);
