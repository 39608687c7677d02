/** How an agent's job is confined, in a slot where that is asked for. */

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Bounds, Mount, Sandbox } from '../../ports/sandbox.ts';
import type { Slot } from '../../ports/worktree.ts';
import type { HostEnvironment } from '../../process/environment.ts';
import type { JobSpec } from '../../process/job.ts';
import type { AttemptPaths, Driver } from '../driver.ts';
import { ownPath } from './own-home.ts';

export interface ConfinedJobRequest {
  readonly slot: Slot;
  readonly paths: AttemptPaths;
  readonly driver: Driver;
  /** Absolute; where sessions are kept for later attempts. */
  readonly sessions: string;
  readonly sandbox: Sandbox;
  readonly hostEnv: HostEnvironment;
  /** Paths below the host's home that every agent may read beside its driver's own. */
  readonly files?: readonly string[];
}

/** What the agent may not write of its folder, its logs and their end among them, it is not shown or only for reading. */
export function confinedJob(request: ConfinedJobRequest): Pick<JobSpec, 'confine' | 'limits' | 'scratch'> {
  const { slot, paths, sandbox } = request;
  const { confined, path } = slot;
  if (confined === undefined) return {};
  const { scratch, prompt, context, settings, inbox, outbox } = paths;
  const kept = shownMounts(request);
  const show = (each: string, writable: boolean): Mount => ({ from: each, at: each, writable });
  const below = credentials(request);
  const above = [
    ...[prompt, context, settings].map((each) => show(each, false)),
    ...[inbox, outbox].map((each) => show(each, true)),
  ];
  // The worktree may lie in the home, and the attempt's folder lies in the repository's.
  const mounts = confined.mounts === null ? null : [...below, ...kept, ...confined.mounts, ...above];
  const bounds: Bounds = { ...confined, scratch, mounts, workplace: path };
  return {
    scratch,
    confine: async (launch) => {
      await Promise.all(kept.map(({ from }) => mkdir(from, { recursive: true, mode: 0o700 })));
      return sandbox.confine(launch, bounds);
    },
    limits: () => sandbox.watch(paths.job, bounds),
  };
}

/** In the agent's home, which is another for each attempt: its sessions, and what is read of one while it works. */
function shownMounts({ driver, hostEnv, sessions, sandbox }: ConfinedJobRequest): Mount[] {
  const home = hostEnv['HOME'];
  if (home === undefined || home === '' || !sandbox.showsElsewhere) return [];
  const logs = driver.sessionLogs.map(({ folder }) => folder);
  return [...new Set([...driver.sessionFolders, ...logs])].map((path) => ({
    from: join(sessions, path),
    at: join(home, path),
    writable: true,
  }));
}

function credentials({ driver, hostEnv, sandbox, files = [] }: ConfinedJobRequest): Mount[] {
  const home = hostEnv['HOME'];
  if (home === undefined || home === '') return [];
  const own = driver.files.map((path) => {
    const from = ownPath(driver, path, hostEnv);
    return { from, at: sandbox.showsElsewhere ? join(home, path) : from, writable: false };
  });
  const named = files.map((path) => ({ from: join(home, path), at: join(home, path), writable: false }));
  return [...own, ...named].filter(({ from }) => existsSync(from));
}
