/**
 * Jobs: programs that run in a folder of their own under a shim (`shim.sh`), which outlives the process that
 * started it, holds the deadline and the bound on the logs, and leaves no process of the job behind.
 */

import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';

import type { LimitWatch } from '../core/isolation.ts';
import { err, ok, type Result } from '../core/result.ts';
import { isCgroupOfOurs, removeCgroups } from './cgroup.ts';
import { DEFAULT_PATH, findProgram } from './find-program.ts';
import type { JobEnd } from './job-end.ts';
import {
  type ClaimSight,
  dropClaim,
  execFailure,
  exitOf,
  type JobFiles,
  jobFiles,
  readClaim,
  readEnd,
  tidyFolder,
} from './job-folder.ts';
import { limitedWatch } from './job-limits.ts';
import { adopt, STOP_SIGNAL, type Stop, type Watch } from './job-watch.ts';
import { removeTree } from './remove-tree.ts';
import { type JobLaunch, shimRequest } from './shim-request.ts';
import { isFolder } from './spawn-error.ts';
import { startProcess } from './start/start-process.ts';
import { SHIM, sweep } from './sweep.ts';

export type { JobEnd };

export interface JobSpec extends JobLaunch {
  /** Absolute; the job's own folder, created if absent. It is the identity of the job. */
  readonly folder: string;
  /** Asked for a job that has not begun: what to start in its place. The error is for people. */
  readonly confine?: (launch: JobLaunch) => Promise<Result<JobLaunch, string>>;
  /** Absolute folder that is removed when the job has ended, however it did. */
  readonly scratch?: string;
  /** Text given on standard input, which is empty without it. */
  readonly stdin?: string;
  /** Held by the shim, also when the process that started the job is gone. */
  readonly hardMs: number;
  /** Between the polite stop (SIGTERM to the whole tree) and SIGKILL. */
  readonly graceMs: number;
  /** Looked at each second, or less often where many jobs run, also of a job that was taken up. What has run into a limit is ended. */
  readonly limits?: () => LimitWatch;
  /** Bytes kept of standard output and of standard error each; the rest is thrown away. */
  readonly logBytes: number;
}

export interface Job {
  readonly stdoutPath: string;
  readonly stderrPath: string;
  /** Resolves when the whole process tree is gone; never rejects. */
  readonly end: Promise<JobEnd>;
  /** Polite stop, then kill of the whole tree. */
  stop(): void;
  /** Stops watching; the job runs on, and `end` never resolves. */
  detach(): void;
}

/**
 * Starts the job, or takes up the one that was started in this folder before: adopted when its shim lives, its
 * end when it has ended, `lost` when its shim is dead. A job never runs twice.
 */
export async function startJob(spec: JobSpec): Promise<Job> {
  const files = jobFiles(spec.folder);
  const sight = readClaim(files);
  const watch = sight.is === 'none' ? await startAnew(spec, files) : takeUp(spec, files, sight);
  const limited = spec.limits === undefined ? watch : limitedWatch(watch, spec.limits());
  const { scratch } = spec;
  return {
    stdoutPath: files.stdout,
    stderrPath: files.stderr,
    end: scratch === undefined ? limited.end : limited.end.then(withoutScratch(scratch)),
    stop: () => limited.stop('politely'),
    detach: () => limited.detach(),
  };
}

/** What cannot be removed is left: the job is over, and its end is what counts. */
function withoutScratch(scratch: string): (end: JobEnd) => Promise<JobEnd> {
  return async (end) => {
    await removeTree(scratch);
    return end;
  };
}

async function startAnew(spec: JobSpec, files: JobFiles): Promise<Watch<JobEnd>> {
  const prepared = prepare(spec, files);
  if (!prepared.ok) return ended({ is: 'not-started', detail: prepared.error });
  const confined = await confine(spec, prepared.value);
  if (!confined.ok) return ended({ is: 'not-started', detail: confined.error });
  const { argv, cgroups = [] } = confined.value;
  const stranger = cgroups.find((group) => !isCgroupOfOurs(group));
  if (stranger !== undefined) {
    removeCgroups(cgroups);
    return ended({ is: 'not-started', detail: `${stranger} is no control group of ours` });
  }
  const watch = startShim(confined.value, { spec, files, program: argv[0] ?? '' });
  // By the shim, unless another one had the folder or nothing could be written.
  void watch.end.then(() => removeCgroups(cgroups));
  return watch;
}

async function confine(spec: JobSpec, program: string): Promise<Result<JobLaunch, string>> {
  const launch = { argv: [program, ...spec.argv.slice(1)], cwd: spec.cwd, env: spec.env };
  return spec.confine === undefined ? ok(launch) : spec.confine(launch);
}

/** Gives the program's absolute path. */
function prepare(spec: JobSpec, files: JobFiles): Result<string, string> {
  if (!isFolder(spec.cwd)) return err(`the folder ${spec.cwd} does not exist`);
  const program = findProgram(spec.argv[0] ?? '', spec.env['PATH'] ?? DEFAULT_PATH, spec.cwd);
  if (!program.ok) return program;
  try {
    mkdirSync(spec.folder, { recursive: true });
    if (spec.stdin !== undefined) {
      // Renamed into place: another process may be starting the same job, and its agent be reading.
      const fresh = `${files.stdin}.${randomUUID()}`;
      writeFileSync(fresh, spec.stdin);
      renameSync(fresh, files.stdin);
    }
  } catch (error) {
    return err(
      `the folder ${spec.folder} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return ok(program.value);
}

/** Exit status of the shim when the folder cannot be written. */
const CANNOT_WRITE = 73;

interface Started {
  readonly spec: JobSpec;
  readonly files: JobFiles;
  readonly program: string;
}

function startShim(launch: JobLaunch, started: Started): Watch<JobEnd> {
  const { spec, files } = started;
  let stopAsked: Stop | null = null;
  let detached = false;
  let other: Watch<JobEnd> | undefined;
  const { promise, resolve } = Promise.withResolvers<JobEnd>();
  const followOther = (watch: Watch<JobEnd>): void => {
    other = watch;
    if (stopAsked !== null) watch.stop(stopAsked);
    void watch.end.then(resolve);
  };
  const child = startProcess(shimRequest(spec, launch), {
    notStarted: (detail) => resolve({ is: 'not-started', detail }),
    exited(code) {
      if (detached) return;
      const sight = readClaim(files);
      if (code === CANNOT_WRITE) resolve(unwritable(spec, files));
      // Ours came too late, or ended before it could claim the folder.
      else if (sight.is === 'begun' || (sight.is === 'made' && sight.claim.shim.pid !== child.pid()))
        followOther(takeUp(spec, files, sight));
      else resolve(endOf(started, stopAsked !== null));
    },
    outOfSight() {
      if (detached) return;
      const sight = readClaim(files);
      // Should a shim be on its way after all, the claim decides between the two.
      followOther(sight.is === 'none' ? startShim(launch, started) : takeUp(spec, files, sight));
    },
  });
  return {
    end: promise,
    stop(how) {
      if (detached || stopAsked === 'at-once' || stopAsked === how) return;
      stopAsked = how;
      if (other !== undefined) other.stop(how);
      else child.signal(STOP_SIGNAL[how], 'process');
    },
    detach() {
      detached = true;
      child.unref();
      other?.detach();
    },
  };
}

/** For a shim of ours that has ended, and whose folder no other shim has. */
function endOf(started: Started, stopAsked: boolean): JobEnd | Promise<JobEnd> {
  const { spec, files } = started;
  const end = reportedEnd(started);
  if (end !== null) return end;
  if (stopAsked && readClaim(files).is === 'none') return { is: 'stopped', truncated: false };
  return lost(spec, files);
}

/** Nothing has run, so the claim is given up: another try may find more room. */
function unwritable(spec: JobSpec, files: JobFiles): JobEnd {
  tidyFolder(spec.folder, spec.logBytes);
  dropClaim(files);
  return { is: 'not-started', detail: `the folder ${spec.folder} cannot be written; is its disk full?` };
}

function takeUp(spec: JobSpec, files: JobFiles, sight: ClaimSight): Watch<JobEnd> {
  const program = spec.argv[0] ?? '';
  return adopt({
    files,
    sight,
    reported: () => reportedEnd({ spec, files, program }),
    lost: () => lost(spec, files),
  });
}

function reportedEnd({ spec, files, program }: Started): JobEnd | null {
  const report = readEnd(files);
  if (report === null) return null;
  tidyFolder(spec.folder, spec.logBytes);
  const { truncated } = report;
  if (report.reason !== 'exited') return { is: report.reason, truncated };
  const detail = execFailure(files, report.status, { shim: SHIM, program });
  if (detail !== null) return { is: 'not-started', detail };
  return { is: 'exited', ...exitOf(report.status), truncated };
}

async function lost(spec: JobSpec, files: JobFiles): Promise<JobEnd> {
  const sight = readClaim(files);
  if (sight.is === 'made') await sweep(files, sight.claim, spec.graceMs);
  tidyFolder(spec.folder, spec.logBytes);
  return { is: 'lost' };
}

function ended(end: JobEnd): Watch<JobEnd> {
  return { end: Promise.resolve(end), stop() {}, detach() {} };
}
