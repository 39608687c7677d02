import type { Commit } from '../../core/attempt.ts';
import type { Result } from '../../core/result.ts';
import type { CommitReader, EntryKind, PathChange } from '../../ports/commit-reader.ts';
import { objectSite, runOn, type Site, writeCleanDir } from '../base/clean-dir.ts';
import { GitFailure } from '../base/failure.ts';
import { parseTree, type TreeChange, type TreeEntry } from '../base/output.ts';
import type { Repository } from '../base/repository.ts';
import type { Git, GitProblem } from '../base/runner.ts';
import { type ChangedLines, parseChangedLines } from './line-ranges.ts';
import { measure } from './measure.ts';
import { readObjects } from './objects.ts';
import { isCommitId } from './ref-names.ts';

export interface ObjectReaderOptions {
  readonly git: Git;
  readonly repository: Repository;
}

/** Of one file: more is no source that anybody reads. */
const MOST_BYTES = 8 * 1024 * 1024;
/** Listings that are kept: a base and a tip for each of some tasks. */
const MOST_LISTINGS = 8;
/** Their kind, in the mode's upper bits. */
const KIND_BITS = 0o170000;

/** Its methods reject with `GitFailure` when git itself does not work (a full disk, a damaged repository). */
export class ObjectReader implements CommitReader {
  readonly #site: Site;
  /** What a commit holds never changes. */
  readonly #listings = new Map<Commit, Promise<ReadonlyMap<string, TreeEntry>>>();

  constructor(options: ObjectReaderOptions) {
    this.#site = objectSite(options);
    writeCleanDir(this.#site);
  }

  async read(commit: Commit, path: string): Promise<string | null> {
    const entry = (await this.#listing(commit)).get(path);
    const kind = entry === undefined ? null : kindOf(entry.mode);
    if (entry === undefined || (kind !== 'file' && kind !== 'program') || entry.size > MOST_BYTES)
      return null;
    const [object] = expectOk(await readObjects(this.#site, [entry.id]));
    return object?.type === 'blob' ? object.content.toString('utf8') : null;
  }

  async list(commit: Commit, folder?: string): Promise<readonly string[]> {
    const listing = await this.#listing(commit);
    const paths = [...listing].filter(([, { mode }]) => kindOf(mode) !== 'submodule').map(([path]) => path);
    return folder === undefined ? paths : paths.filter((path) => path.startsWith(`${folder}/`));
  }

  async changes(base: Commit, tip: Commit): Promise<readonly PathChange[]> {
    for (const commit of [base, tip]) checkId(commit);
    const { changes } = expectOk(await measure(this.#site, base, tip));
    if (changes.length === 0) return [];
    const flags = ['-r', '-p', '-U0', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
    const patch = expectOk(await runOn(this.#site, { args: ['diff-tree', ...flags, base, tip] }));
    return joinLines(changes, parseChangedLines(patch.stdout));
  }

  async #listing(commit: Commit): Promise<ReadonlyMap<string, TreeEntry>> {
    checkId(commit);
    const known = this.#listings.get(commit);
    const listing = known ?? this.#readListing(commit);
    // The one that was asked for last stands last.
    this.#listings.delete(commit);
    this.#listings.set(commit, listing);
    const [oldest] = this.#listings.keys();
    if (this.#listings.size > MOST_LISTINGS && oldest !== undefined) this.#listings.delete(oldest);
    try {
      return await listing;
    } catch (error) {
      this.#listings.delete(commit);
      throw error;
    }
  }

  async #readListing(commit: Commit): Promise<ReadonlyMap<string, TreeEntry>> {
    const listed = expectOk(await runOn(this.#site, { args: ['ls-tree', '-r', '-z', '--long', commit] }));
    return new Map(parseTree(listed.stdout).map((entry) => [entry.path.toString('utf8'), entry]));
  }
}

function expectOk<T>(result: Result<T, GitProblem>): T {
  if (!result.ok) throw new GitFailure(result.error);
  return result.value;
}

function checkId(commit: Commit): void {
  if (!isCommitId(commit)) throw new Error(`not a commit: ${JSON.stringify(commit)}`);
}

function kindOf(mode: string): EntryKind | null {
  switch (Number.parseInt(mode, 8) & KIND_BITS) {
    case 0o100000:
      return mode === '100755' ? 'program' : 'file';
    case 0o120000:
      return 'link';
    case 0o160000:
      return 'submodule';
    default:
      return null;
  }
}

/**
 * The patch has its sections in the order of the changes: one for each, and two where something of another kind took a
 * path, the old gone and the new there.
 */
function joinLines(changes: readonly TreeChange[], sections: readonly ChangedLines[]): PathChange[] {
  const sectionsOf = ({ oldMode, newMode }: TreeChange): number => (becameAnother(oldMode, newMode) ? 2 : 1);
  const expected = changes.reduce((sum, change) => sum + sectionsOf(change), 0);
  // A patch of another shape tells nothing rather than something wrong.
  const isRead = expected === sections.length;
  let next = 0;
  return changes.map((change) => {
    const { path, oldMode, newMode } = change;
    const own = sections.slice(next, next + sectionsOf(change));
    next += own.length;
    const [was, is] = [kindOf(oldMode), kindOf(newMode)];
    const kind = was === null ? 'added' : is === null ? 'deleted' : 'modified';
    const lines = isRead ? (own.at(-1)?.lines ?? null) : null;
    const oldLines = isRead ? (own[0]?.oldLines ?? null) : null;
    return { path: path.toString('utf8'), kind, was, is, lines, oldLines };
  });
}

function becameAnother(oldMode: string, newMode: string): boolean {
  const [left, right] = [oldMode, newMode].map((mode) => Number.parseInt(mode, 8) & KIND_BITS);
  return left !== 0 && right !== 0 && left !== right;
}
