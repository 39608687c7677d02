/**
 * Installs a plan's packages: the project's package managers run in a slot at the base, behind the same walls as its
 * checks, and of what they leave only their own files are taken.
 */

import { join } from 'node:path';
import type { CommandResult } from '../../core/event.ts';
import { safeName } from '../../core/names.ts';
import type { CommitReader } from '../../ports/commit-reader.ts';
import type { Installation, Installer, InstallRequest } from '../../ports/installer.ts';
import { readPlain } from '../read-plain.ts';
import { CheckSession, type CommandRun, type SessionParts } from '../session.ts';
import { readResult, writeResult } from '../slot-job.ts';
import { BINARY_LOCK, installCommands, PACKAGE_FILES, TELLING_FILES } from './install-commands.ts';
import { reachHint } from './reach-hint.ts';

export interface InstallerParts extends SessionParts {
  readonly reader: CommitReader;
  /** Absolute folder of a run's checks. */
  readonly folder: (run: string) => string;
}

/** As it lies in the session's folder. */
type Kept =
  | { readonly is: 'installed'; readonly files: readonly (readonly [string, string | null])[] }
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
    return { is: 'installed', files: new Map(kept.files) };
  }

  async #run(request: InstallRequest, session: CheckSession, signal: AbortSignal): Promise<Kept | null> {
    const before = await this.#filesOf(request.base);
    if (before.has(BINARY_LOCK) && request.changes.some(({ ecosystem }) => ecosystem === 'node')) {
      const problem =
        'it is binary; make it bun.lock with `bun install --save-text-lockfile`, and commit that';
      return { is: 'failed', result: unfit(BINARY_LOCK, problem) };
    }
    const commands = installCommands(request.changes, { paths: new Set(before.keys()), texts: before });
    let worktree: string | null = null;
    for (const [index, argv] of commands.entries()) {
      const run = await session.run(`install-${index + 1}`, argv, signal);
      if (run === null) return null;
      if (run.exitCode !== 0) return { is: 'failed', result: failed(run, request) };
      worktree = run.worktree ?? null;
    }
    if (worktree === null) return { is: 'installed', files: [] };
    const changed: [string, string | null][] = [];
    for (const path of PACKAGE_FILES) {
      const text = await readPlain(join(worktree, path));
      if (text !== null && typeof text !== 'string')
        return { is: 'failed', result: unfit(path, text.problem) };
      if (text !== (before.get(path) ?? null)) changed.push([path, text]);
    }
    return { is: 'installed', files: changed };
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

function failed(
  { command, exitCode, durationMs, output }: CommandRun,
  request: InstallRequest,
): CommandResult {
  const hint = reachHint({ exitCode, output, command }, request.isolation.checkNetwork);
  const shown = [output, hint].filter((text) => text !== '').join('\n');
  return { command, passed: false, exitCode, durationMs, output: shown };
}

function unfit(path: string, problem: string): CommandResult {
  const output = `${path} cannot be taken over: ${problem}`;
  return { command: `read ${path}`, passed: false, exitCode: null, durationMs: 0, output };
}
