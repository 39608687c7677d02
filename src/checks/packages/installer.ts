/**
 * Installs a plan's packages: the project's package managers run in a slot at the base, behind the same walls as its
 * checks, and of what they leave only their own files are taken.
 */

import { join } from 'node:path';
import type { CommandResult } from '../../core/event.ts';
import { safeName } from '../../core/names.ts';
import type { PackageChange } from '../../core/plan.ts';
import type { CommitReader } from '../../ports/commit-reader.ts';
import type { Installation, Installer, InstallRequest } from '../../ports/installer.ts';
import { CheckSession, type CommandRun, type SessionParts } from '../session.ts';
import { readResult, writeResult } from '../slot-job.ts';
import { BINARY_LOCK, installCommands, notDone, PACKAGE_FILES, TELLING_FILES } from './install-commands.ts';
import { packageFilesIn, unfit } from './package-files.ts';
import { reachHint } from './reach-hint.ts';

export interface InstallerParts extends SessionParts {
  readonly reader: CommitReader;
  /** Absolute folder of a run's checks. */
  readonly folder: (run: string) => string;
}

/** As it lies in the session's folder. */
type Kept =
  | {
      readonly is: 'installed';
      readonly files: readonly (readonly [string, string | null])[];
      readonly unconfirmed?: readonly string[];
    }
  | Extract<Installation, { is: 'failed' }>;

export class PackageInstaller implements Installer {
  readonly #parts: InstallerParts;

  constructor(parts: InstallerParts) {
    this.#parts = parts;
  }

  async install(request: InstallRequest, signal: AbortSignal): Promise<Installation | null> {
    const { run, key, base: commit, isolation, timeoutMs } = request;
    const folder = join(this.#parts.folder(run), safeName(key));
    const file = join(folder, 'installation.json');
    const holder = { run, key: `check/${key}` };
    const session = new CheckSession(this.#parts, { holder, commit, isolation, folder, timeoutMs });
    const known = await readResult<Kept>(file);
    const kept = known ?? (await this.#run(request, session, signal));
    if (known === null && kept !== null) {
      await writeResult(file, kept);
      await session.complete();
    }
    await session.close();
    if (kept === null || kept.is === 'failed') return kept;
    return { is: 'installed', files: new Map(kept.files), unconfirmed: kept.unconfirmed ?? [] };
  }

  async #run(request: InstallRequest, session: CheckSession, signal: AbortSignal): Promise<Kept | null> {
    const before = await this.#filesOf(request.base);
    if (before.has(BINARY_LOCK) && request.changes.some(({ ecosystem }) => ecosystem === 'node')) {
      const problem =
        'it is binary; make it bun.lock with `bun install --save-text-lockfile`, and commit that';
      return { is: 'failed', result: unfit(BINARY_LOCK, problem) };
    }
    const commands = installCommands(request.changes, { paths: new Set(before.keys()), texts: before });
    let last: CommandRun | null = null;
    for (const [index, argv] of commands.entries()) {
      const run = await session.run(`install-${index + 1}`, argv, signal);
      if (run === null) return null;
      if (run.exitCode !== 0) return { is: 'failed', result: failed(run, request) };
      last = run;
    }
    if (last?.worktree === undefined) return { is: 'installed', files: [] };
    const after = await packageFilesIn(last.worktree);
    if (!(after instanceof Map)) return { is: 'failed', result: after };
    const lacksOf = (wanted: PackageChange['ecosystem']): readonly string[] => {
      const own = request.changes.filter(({ ecosystem }) => ecosystem === wanted);
      return notDone(own, { paths: new Set(after.keys()), texts: after });
    };
    const lacks = lacksOf('node');
    if (lacks.length > 0) {
      const output = `${last.output}\ncox: the package manager says that all is done, but ${lacks.join(', ')}`;
      return { is: 'failed', result: { ...failed(last, request), output } };
    }
    const changed = PACKAGE_FILES.filter((path) => after.get(path) !== before.get(path));
    const ignored = await ignoredOf(
      changed.filter((path) => !before.has(path)),
      session,
      signal,
    );
    if (ignored === null) return null;
    if (!(ignored instanceof Set)) return { is: 'failed', result: failed(ignored, request) };
    const taken = changed.filter((path) => !ignored.has(path));
    const files = taken.map((path) => [path, after.get(path) ?? null] as const);
    // What uv leaves may stand elsewhere, in a member of a workspace or at its root: it is told, and no failure.
    return { is: 'installed', files, unconfirmed: lacksOf('python') };
  }

  async #filesOf(commit: string): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const path of [...PACKAGE_FILES, ...TELLING_FILES]) {
      const text = await this.#parts.reader.read(commit, path);
      if (text !== null) texts.set(path, text);
    }
    return texts;
  }
}

/** A lock file that the repository ignores stays out of it. Null when the signal ended the question; a run when git failed. */
async function ignoredOf(
  paths: readonly string[],
  session: CheckSession,
  signal: AbortSignal,
): Promise<Set<string> | CommandRun | null> {
  if (paths.length === 0) return new Set();
  const run = await session.run('ignored', ['git', 'check-ignore', '--', ...paths], signal);
  if (run === null || (run.exitCode !== 0 && run.exitCode !== 1)) return run;
  const lines = run.output.split(/\r?\n/);
  return new Set(paths.filter((path) => lines.includes(path)));
}

function failed(
  { command, exitCode, durationMs, output }: CommandRun,
  request: InstallRequest,
): CommandResult {
  const hint = reachHint({ exitCode, output, command }, request.isolation.checkNetwork);
  const shown = [output, hint].filter((text) => text !== '').join('\n');
  return { command, passed: false, exitCode, durationMs, output: shown };
}
