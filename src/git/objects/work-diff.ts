import type { Commit } from '../../core/attempt.ts';
import { clipEnd } from '../../core/clip.ts';
import { printable } from '../../core/printable.ts';
import type { ShownWork, WorkDiff } from '../../ports/work-diff.ts';
import { objectSite, runOn, type Site, writeCleanDir } from '../base/clean-dir.ts';
import { GitFailure } from '../base/failure.ts';
import type { ObjectReaderOptions } from './commit-reader.ts';
import { measure } from './measure.ts';
import { isCommitId } from './ref-names.ts';

/** Bytes, and files. */
const STAT_BYTES = 8_000;
const PATCH_BYTES = 60_000;
const MOST_NAMED = 200;
/** Files of one question to git. */
const AT_ONCE = 25;
/** A file that is larger is shown as binary ones are: that it changed. */
const LARGE_FILE = '512k';

const FLAGS = ['-r', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];

/** Reads git's objects: no worktree, no program of the repository. */
export class ObjectDiff implements WorkDiff {
  readonly #site: Site;

  constructor(options: ObjectReaderOptions) {
    this.#site = objectSite(options);
    writeCleanDir(this.#site);
  }

  async show(base: Commit, tip: Commit): Promise<ShownWork> {
    for (const commit of [base, tip])
      if (!isCommitId(commit)) throw new Error(`not a commit: ${JSON.stringify(commit)}`);
    const measured = await measure(this.#site, base, tip);
    if (!measured.ok) throw new GitFailure(measured.error);
    const paths = measured.value.changes.map(({ path }) => path.toString('utf8'));
    const stat = await this.#git([`--stat=100`, `--stat-count=${MOST_NAMED}`, base, tip]);
    if (stat === null) throw new Error(`git cannot say what ${tip} changes, and could just now`);
    const { patch, isWhole } = await this.#patch(paths, base, tip);
    return { stat: clipEnd(printable(stat).trimEnd(), STAT_BYTES), patch, isWhole };
  }

  /** No more of it is made than is shown. */
  async #patch(
    paths: readonly string[],
    base: Commit,
    tip: Commit,
  ): Promise<Pick<ShownWork, 'patch' | 'isWhole'>> {
    let patch = '';
    for (let from = 0; from < paths.length; from += AT_ONCE) {
      const some = paths.slice(from, from + AT_ONCE).map((path) => `:(literal)${path}`);
      const part = await this.#git(['-p', base, tip, '--', ...some]);
      // More than git may print at once.
      if (part === null) return { patch, isWhole: false };
      patch += printable(part);
      const clipped = clipEnd(patch, PATCH_BYTES);
      if (clipped !== patch) return { patch: clipped, isWhole: false };
    }
    return { patch, isWhole: true };
  }

  async #git(args: readonly string[]): Promise<string | null> {
    const config = [['core.bigFileThreshold', LARGE_FILE]] as const;
    const ran = await runOn(this.#site, { args: ['diff-tree', ...FLAGS, ...args], config });
    return ran.ok ? ran.value.stdout.toString('utf8') : null;
  }
}
