import type { Commit } from '../../core/attempt.ts';
import { clipEnd } from '../../core/clip.ts';
import { printable } from '../../core/printable.ts';
import type { ShownWork, WorkDiff, WorkPatch } from '../../ports/work-diff.ts';
import { objectSite, runOn, type Site, writeCleanDir } from '../base/clean-dir.ts';
import { GitFailure } from '../base/failure.ts';
import type { RawPath } from '../base/output.ts';
import type { ConfigEntry } from '../base/runner.ts';
import type { ObjectReaderOptions } from './commit-reader.ts';
import { measure } from './measure.ts';
import { isCommitId } from './ref-names.ts';

/** Bytes, and files. */
const STAT_BYTES = 8_000;
const PATCH_BYTES = 60_000;
const MOST_NAMED = 200;
const WHOLE_BYTES = 32 * 1024 * 1024;
/** Files of one question to git. */
const AT_ONCE = 25;
/** A file that is larger is shown as binary ones are: that it changed. */
const LARGE_FILE = '512k';

const FLAGS = ['-r', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
const BIG_FILES = [['core.bigFileThreshold', LARGE_FILE]] as const;

/** Reads git's objects: no worktree, no program of the repository. */
export class ObjectDiff implements WorkDiff {
  readonly #site: Site;

  constructor(options: ObjectReaderOptions) {
    this.#site = objectSite(options);
    writeCleanDir(this.#site);
  }

  async show(base: Commit, tip: Commit): Promise<ShownWork> {
    const paths = await this.#changed(base, tip);
    const stat = await this.#git([`--stat=100`, `--stat-count=${MOST_NAMED}`, base, tip], BIG_FILES);
    if (stat === null) throw new Error(`git cannot say what ${tip} changes, and could just now`);
    let patch = '';
    for await (const part of this.#parts(paths, ['-p', base, tip], BIG_FILES)) {
      patch += part === null ? '' : printable(part.toString('utf8'));
      const clipped = clipEnd(patch, PATCH_BYTES);
      if (part === null || clipped !== patch) return shown(stat, clipped, false);
    }
    return shown(stat, patch, true);
  }

  async patch(base: Commit, tip: Commit): Promise<WorkPatch> {
    const paths = await this.#changed(base, tip);
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of this.#parts(paths, ['--binary', '--full-index', base, tip], [])) {
      bytes += part?.length ?? 0;
      if (part === null || bytes > WHOLE_BYTES) return { patch: Buffer.concat(parts), isWhole: false };
      parts.push(part);
    }
    return { patch: Buffer.concat(parts), isWhole: true };
  }

  async #changed(base: Commit, tip: Commit): Promise<readonly RawPath[]> {
    for (const commit of [base, tip])
      if (!isCommitId(commit)) throw new Error(`not a commit: ${JSON.stringify(commit)}`);
    const measured = await measure(this.#site, base, tip);
    if (!measured.ok) throw new GitFailure(measured.error);
    return measured.value.changes.map(({ path }) => path);
  }

  /** No more of it is made than is asked for. Null for more than git may print at once. */
  async *#parts(
    paths: readonly RawPath[],
    args: readonly string[],
    config: readonly ConfigEntry[],
  ): AsyncGenerator<Buffer | null> {
    for (let from = 0; from < paths.length; from += AT_ONCE) {
      const some = paths.slice(from, from + AT_ONCE).map((path) => `:(literal)${path.toString('utf8')}`);
      yield await this.#git([...args, '--', ...some], config);
    }
  }

  async #git(args: readonly string[], config: readonly ConfigEntry[]): Promise<Buffer | null> {
    const ran = await runOn(this.#site, { args: ['diff-tree', ...FLAGS, ...args], config });
    return ran.ok ? ran.value.stdout : null;
  }
}

function shown(stat: Buffer, patch: string, isWhole: boolean): ShownWork {
  return { stat: clipEnd(printable(stat.toString('utf8')).trimEnd(), STAT_BYTES), patch, isWhole };
}
