/**
 * Puts together what two sides did to one file: texts by their syntax, lockfiles by their package managers, which run
 * in a slot at the merged tree, behind the same walls as the project's checks. Of what they leave only the lockfile
 * is taken, and it is kept: package managers say another thing tomorrow.
 */

import { dirname, join } from 'node:path';

import { clipStart } from '../../core/clip.ts';
import type { NetworkRule } from '../../core/isolation.ts';
import { safeName } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import type {
  ConflictResolver,
  LockfileRequest,
  MadeLockfiles,
  TextResolutions,
} from '../../ports/conflict-resolver.ts';
import type { ConflictedFile, ResolvedFile } from '../../ports/merger.ts';
import { reachHint } from '../packages/reach-hint.ts';
import { readPlain } from '../read-plain.ts';
import { CheckSession, type CommandRun, type SessionParts } from '../session.ts';
import { readResult, writeResult } from '../slot-job.ts';
import { beginningOf, flawOfLockfile, type LockTool, lockToolOf } from './lock-tools.ts';
import { resolveText } from './resolve-text.ts';

export interface ProjectResolverParts extends SessionParts {
  /** Absolute folder of a run's checks. */
  readonly folder: (run: string) => string;
}

/** Of what a package manager prints, the end is shown. */
const OUTPUT_BYTES = 500;

export class ProjectResolver implements ConflictResolver {
  readonly #parts: ProjectResolverParts;
  /** By run and key: a merge and the search for who broke one may want the same at the same time. */
  readonly #underWay = new Map<string, Promise<MadeLockfiles | null>>();

  constructor(parts: ProjectResolverParts) {
    this.#parts = parts;
  }

  async resolve(files: readonly ConflictedFile[]): Promise<TextResolutions> {
    const resolved: TextResolutions['resolved'][number][] = [];
    const unresolved: TextResolutions['unresolved'][number][] = [];
    const lockfiles: ResolvedFile[] = [];
    for (const file of files) {
      const { path } = file;
      const tool = lockToolOf(path, file.ours);
      if (tool !== null) {
        lockfiles.push({ path, text: beginningOf(file, tool) });
        continue;
      }
      const made = await resolveText(file);
      if (made.ok) resolved.push({ path, ...made.value });
      else unresolved.push({ path, reason: made.error });
    }
    return { resolved, lockfiles, unresolved };
  }

  async makeLockfiles(request: LockfileRequest, signal: AbortSignal): Promise<MadeLockfiles | null> {
    const key = JSON.stringify([request.run, request.key]);
    for (;;) {
      const underWay = this.#underWay.get(key);
      if (underWay === undefined) break;
      const made = await underWay.catch(() => null);
      if (made !== null || signal.aborted) return made;
    }
    const making = this.#make(request, signal).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, making);
    return await making;
  }

  async #make(request: LockfileRequest, signal: AbortSignal): Promise<MadeLockfiles | null> {
    const { run, key, commit, isolation, timeoutMs } = request;
    const folder = join(this.#parts.folder(run), safeName(key));
    const file = join(folder, 'lockfiles.json');
    const known = await readResult<MadeLockfiles>(file);
    if (known !== null) return known;
    const place = { holder: { run, key: `check/${key}` }, commit, isolation, folder, timeoutMs };
    // A set-up installs what the lockfile says, which is what is missing.
    const session = new CheckSession(this.#parts, { ...place, withoutSetUp: true });
    const made = await this.#run(request, session, signal);
    if (made?.is === 'made') {
      await writeResult(file, made);
      await session.complete();
    }
    await session.close();
    return made;
  }

  async #run(
    { lockfiles, isolation }: LockfileRequest,
    session: CheckSession,
    signal: AbortSignal,
  ): Promise<MadeLockfiles | null> {
    const files: ResolvedFile[] = [];
    for (const [index, { path, text: beginning }] of lockfiles.entries()) {
      const tool = lockToolOf(path, beginning);
      if (tool === null) throw new Error(`nothing is known that makes ${path}`);
      const run = await session.run(`lockfile-${index + 1}`, commandIn(dirname(path), tool.argv), signal);
      if (run === null) return null;
      const failure = failureOf(run, tool, isolation.checkNetwork);
      if (failure !== null) return { is: 'failed', path, reason: failure };
      const text = run.worktree === undefined ? null : await readPlain(join(run.worktree, path));
      const flaw = text === null || typeof text === 'string' ? flawOfLockfile(text, tool) : text.problem;
      if (flaw !== null || typeof text !== 'string')
        return { is: 'failed', path, reason: `${tool.argv[0]} ran, and ${flaw}` };
      files.push({ path, text });
    }
    return { is: 'made', files };
  }
}

/** The folder is an argument, and no part of the shell's words. */
function commandIn(folder: string, argv: readonly string[]): readonly string[] {
  if (folder === '.') return argv;
  return ['sh', '-c', 'cd -- "$1" && shift && exec "$@"', 'sh', folder, ...argv];
}

/** Null when it did its work. */
function failureOf(
  { exitCode, output }: CommandRun,
  { argv }: LockTool,
  network: NetworkRule,
): string | null {
  if (exitCode === 0) return null;
  const program = argv[0] ?? '';
  if (exitCode === 127) return `it needs ${program}, which is not installed on this machine`;
  const command = argv.join(' ');
  const how = exitCode === null ? 'did not end by itself' : `ended with ${exitCode}`;
  const hint = reachHint({ command, exitCode, output }, network);
  return [`\`${command}\` ${how}: ${clipStart(printableLine(output), OUTPUT_BYTES)}`, hint]
    .filter((text) => text !== '')
    .join('; ');
}
