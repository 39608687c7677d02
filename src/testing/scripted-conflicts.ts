/** Conflicts and files of commits as a test says. */

import type { Commit } from '../core/attempt.ts';
import type { CommitReader, PathChange } from '../ports/commit-reader.ts';
import type { Adopted, ConflictCommits, SettleRequest } from '../ports/conflict-commits.ts';
import type { MergeRequest } from '../ports/merger.ts';

/** An unresolved merge is named after its sides; nobody moves a branch until a test says so. */
export class ScriptedConflicts implements ConflictCommits {
  readonly settled: SettleRequest[] = [];
  line: readonly Commit[] = [];
  adopted: Adopted = { is: 'unchanged' };

  async show({ onto, tip }: MergeRequest) {
    return { unresolved: `${onto}!${tip}`, ancestor: 'c0', line: this.line };
  }

  async settle(request: SettleRequest) {
    this.settled.push(request);
    return `${request.merge.onto}*${request.resolved}`;
  }

  async adopt() {
    return this.adopted;
  }
}

/** Of each commit the files that a test has given it. */
export class ScriptedReader implements CommitReader {
  readonly files = new Map<Commit, Readonly<Record<string, string>>>();

  async read(commit: Commit, path: string) {
    return this.files.get(commit)?.[path] ?? null;
  }

  async list(commit: Commit) {
    return Object.keys(this.files.get(commit) ?? {});
  }

  async changes(base: Commit, tip: Commit): Promise<readonly PathChange[]> {
    const [before, after] = [this.files.get(base) ?? {}, this.files.get(tip) ?? {}];
    const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return paths
      .filter((path) => before[path] !== after[path])
      .map((path) => {
        const [was, is] = [
          before[path] === undefined ? null : 'file',
          after[path] === undefined ? null : 'file',
        ] as const;
        const kind = was === null ? 'added' : is === null ? 'deleted' : 'modified';
        return { path, kind, was, is, lines: [], oldLines: [] };
      });
  }
}
