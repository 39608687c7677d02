/** The file by which an agent says that it is done. It is a sign and no work, so no commit of an attempt may hold it. */

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import { ok, type Result } from '../../core/result.ts';
import { runOn, type Site } from '../base/clean-dir.ts';
import { joinNul, type RawPath, splitLines, splitNul, type TreeDiff } from '../base/output.ts';
import type { GitProblem } from '../base/runner.ts';

export const MARKER = '.claude-task-complete';

const ANYWHERE = `:(top,glob)**/${MARKER}`;

/** Also in a folder of the worktree, where it is no sign: an agent that worked in there left it. */
export function isMarker(path: string): boolean {
  return path === MARKER || path.endsWith(`/${MARKER}`);
}

export interface History {
  readonly base: Commit;
  readonly from: Commit;
  /** Commits of `from` that the base does not have. */
  readonly ahead: number;
  /** From the base to `from`. */
  readonly diff: TreeDiff;
}

/**
 * The same commits without the marker: author, dates and message stay, signatures go, and a commit that held nothing
 * else is left out. Null when none of them holds it. What the base holds is the project's own and stays.
 */
export async function withoutMarker(
  site: Site,
  history: History,
): Promise<Result<{ readonly tip: Commit; readonly ahead: number } | null, GitProblem>> {
  // Attributes of a worktree have no say in this.
  const { git, repository, cleanDir } = site;
  return new Rewriting({ git, repository, cleanDir }, history).run();
}

interface Listed {
  readonly commit: Commit;
  readonly tree: string;
  readonly parents: readonly Commit[];
}

class Rewriting {
  readonly #site: Site;
  readonly #history: History;
  /** What stands for a commit of the attempt now. */
  readonly #now = new Map<Commit, { readonly commit: Commit; readonly tree: string }>();
  readonly #cleaned = new Map<string, string>();
  #own: ReadonlySet<string> = new Set();
  #leftOut = 0;

  constructor(site: Site, history: History) {
    this.#site = site;
    this.#history = history;
  }

  async run(): ReturnType<typeof withoutMarker> {
    const touching = await this.#touching();
    if (!touching.ok) return touching;
    if (touching.value.size === 0) return ok(null);
    const own = await this.#markersOf(this.#history.base);
    if (!own.ok) return own;
    this.#own = new Set(own.value.map(String));
    const listed = await this.#list();
    if (!listed.ok) return listed;
    for (const each of listed.value) {
      const done = await this.#take(each, touching.value.has(each.commit));
      if (!done.ok) return done;
    }
    const { from, ahead } = this.#history;
    const tip = this.#now.get(from)?.commit ?? from;
    return ok(tip === from ? null : { tip, ahead: ahead - this.#leftOut });
  }

  /** The commits that add, change or remove a marker. */
  async #touching(): Promise<Result<ReadonlySet<Commit>, GitProblem>> {
    const { base, from, ahead, diff } = this.#history;
    if (ahead === 0) return ok(new Set());
    // Of a single commit the difference tells all.
    const isShown = diff.changes.some(({ path }) => isMarker(path.toString('utf8')));
    if (ahead === 1) return ok(new Set(isShown ? [from] : []));
    const found = await runOn(this.#site, {
      args: ['rev-list', '--full-history', `${base}..${from}`, '--', ANYWHERE],
    });
    return found.ok ? ok(new Set(splitLines(found.value.stdout))) : found;
  }

  /** Parents first. */
  async #list(): Promise<Result<readonly Listed[], GitProblem>> {
    const { base, from } = this.#history;
    const args = ['log', '--topo-order', '--reverse', '--format=%H %T %P', `${base}..${from}`, '--'];
    const listed = await runOn(this.#site, { args });
    if (!listed.ok) return listed;
    const lines = splitLines(listed.value.stdout).map((line) => line.trim().split(' '));
    return ok(lines.map(([commit = '', tree = '', ...parents]) => ({ commit, tree, parents })));
  }

  async #take(listed: Listed, touches: boolean): Promise<Result<void, GitProblem>> {
    const { commit, tree, parents } = listed;
    const changed = parents.some((parent) => (this.#now.get(parent)?.commit ?? parent) !== parent);
    if (!touches && !changed) {
      this.#now.set(commit, { commit, tree });
      return ok(undefined);
    }
    const cleaned = await this.#clean(tree);
    if (!cleaned.ok) return cleaned;
    const [only, ...others] = parents;
    if (touches && only !== undefined && others.length === 0) {
      const before = await this.#parent(only);
      if (!before.ok) return before;
      if (before.value.tree === cleaned.value) {
        this.#leftOut += 1;
        this.#now.set(commit, before.value);
        return ok(undefined);
      }
    }
    const made = await this.#rewrite(listed, cleaned.value);
    if (!made.ok) return made;
    this.#now.set(commit, { commit: made.value, tree: cleaned.value });
    return ok(undefined);
  }

  async #parent(
    commit: Commit,
  ): Promise<Result<{ readonly commit: Commit; readonly tree: string }, GitProblem>> {
    const known = this.#now.get(commit);
    if (known !== undefined) return ok(known);
    const args = ['rev-parse', '--verify', '--quiet', `${commit}^{tree}`];
    const tree = await runOn(this.#site, { args });
    return tree.ok ? ok({ commit, tree: tree.value.stdout.toString('latin1').trim() }) : tree;
  }

  async #clean(tree: string): Promise<Result<string, GitProblem>> {
    const known = this.#cleaned.get(tree);
    if (known !== undefined) return ok(known);
    const markers = await this.#markersOf(tree);
    if (!markers.ok) return markers;
    const unwanted = markers.value.filter((path) => !this.#own.has(String(path)));
    const cleaned = unwanted.length === 0 ? ok(tree) : await this.#without(tree, unwanted);
    if (cleaned.ok) this.#cleaned.set(tree, cleaned.value);
    return cleaned;
  }

  async #markersOf(treeish: string): Promise<Result<RawPath[], GitProblem>> {
    const listed = await runOn(this.#site, { args: ['ls-tree', '-r', '-z', '--name-only', treeish] });
    if (!listed.ok) return listed;
    return ok(splitNul(listed.value.stdout).filter((path) => isMarker(path.toString('utf8'))));
  }

  async #without(tree: string, paths: readonly RawPath[]): Promise<Result<string, GitProblem>> {
    const indexFile = join(this.#site.cleanDir, `marker-${randomUUID()}`);
    try {
      const read = await runOn(this.#site, { args: ['read-tree', tree], indexFile });
      if (!read.ok) return read;
      const args = ['update-index', '--force-remove', '-z', '--stdin'];
      const removed = await runOn(this.#site, { args, indexFile, input: joinNul(paths) });
      if (!removed.ok) return removed;
      const written = await runOn(this.#site, { args: ['write-tree'], indexFile });
      return written.ok ? ok(written.value.stdout.toString('latin1').trim()) : written;
    } finally {
      await Promise.all([rm(indexFile, { force: true }), rm(`${indexFile}.lock`, { force: true })]);
    }
  }

  async #rewrite({ commit, parents }: Listed, tree: string): Promise<Result<Commit, GitProblem>> {
    const raw = await runOn(this.#site, { args: ['cat-file', 'commit', commit] });
    if (!raw.ok) return raw;
    const now = new Set(parents.map((parent) => this.#now.get(parent)?.commit ?? parent));
    // Literally: an agent's commit that git would find fault with is there already.
    const written = await runOn(this.#site, {
      args: ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'],
      input: commitWith(raw.value.stdout, tree, [...now]),
    });
    return written.ok ? ok(written.value.stdout.toString('latin1').trim()) : written;
  }
}

/** Byte for byte, but for what it points to and for signatures of that, which would be wrong now. */
function commitWith(raw: Buffer, tree: string, parents: readonly Commit[]): Buffer {
  const end = raw.indexOf('\n\n');
  const header = (end < 0 ? raw : raw.subarray(0, end)).toString('latin1');
  // A line that begins with a space goes on with the field above.
  const fields = header.split(/\n(?! )/).filter((field) => !/^(tree|parent|gpgsig|mergetag)/.test(field));
  const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), ...fields];
  return Buffer.concat([
    Buffer.from(lines.join('\n'), 'latin1'),
    end < 0 ? Buffer.from('\n') : raw.subarray(end),
  ]);
}
