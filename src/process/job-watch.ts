/** Watching a job that another process started: by its files, and by whether its shim lives. */

import { type FSWatcher, watch } from 'node:fs';

import { isAlive } from './identity.ts';
import { type Claim, type ClaimSight, type JobFiles, readClaim } from './job-folder.ts';

/** `at-once`: without the time to end politely. */
export type Stop = 'politely' | 'at-once';

export interface Watch<End> {
  readonly end: Promise<End>;
  stop(how: Stop): void;
  detach(): void;
}

export interface Adoption<End> {
  readonly files: JobFiles;
  /** What was seen of the claim; there is one. */
  readonly sight: ClaimSight;
  /** The end that the shim wrote, or null. */
  reported(): End | null;
  /** Called once, when the shim is dead and has written no end. */
  lost(): Promise<End>;
}

/** As shim.sh takes them. */
export const STOP_SIGNAL = { politely: 'SIGTERM', 'at-once': 'SIGUSR1' } as const;

/** The file of the end tells at once; this is for systems that do not, and for a shim that was killed. */
const POLL_MS = 1_000;
const CLAIM_POLL_MS = 20;
/** A claim is created and written in two steps; a shim that takes longer than this died between them. */
const CLAIM_LIMIT_MS = 10_000;

export function adopt<End>(adoption: Adoption<End>): Watch<End> {
  const { promise, resolve } = Promise.withResolvers<End>();
  const claimDeadline = Date.now() + CLAIM_LIMIT_MS;
  let claim: Claim | null = adoption.sight.is === 'made' ? adoption.sight.claim : null;
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopAsked: Stop | null = null;
  let over = false;

  const close = (): void => {
    over = true;
    clearTimeout(timer);
    watcher?.close();
  };
  const finish = (end: End | Promise<End>): void => {
    close();
    resolve(end);
  };
  const look = (): void => {
    if (over) return;
    clearTimeout(timer);
    if (claim === null) return lookForClaim();
    const dead = !isAlive(claim.shim);
    // Read after the look at the process: it may have written its end and gone in between.
    const end = adoption.reported();
    if (end !== null) return finish(end);
    if (dead) return finish(adoption.lost());
    watcher ??= watchFile(adoption.files.end, look);
    timer = setTimeout(look, POLL_MS);
  };
  const lookForClaim = (): void => {
    const sight = readClaim(adoption.files);
    if (sight.is === 'made') {
      claim = sight.claim;
      if (stopAsked !== null) signalShim(claim, stopAsked);
      return look();
    }
    if (Date.now() > claimDeadline) return finish(adoption.lost());
    timer = setTimeout(look, CLAIM_POLL_MS);
  };
  look();
  return {
    end: promise,
    stop(how) {
      if (over || stopAsked === 'at-once' || stopAsked === how) return;
      stopAsked = how;
      if (claim !== null) signalShim(claim, how);
    },
    detach: close,
  };
}

function signalShim(claim: Claim, how: Stop): void {
  if (!isAlive(claim.shim)) return;
  try {
    process.kill(claim.shim.pid, STOP_SIGNAL[how]);
  } catch {
    // It ended just now, or it is another user's and the watch goes on.
  }
}

/** Undefined when the file cannot be watched yet. */
function watchFile(path: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, changed);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
