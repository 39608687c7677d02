/** A repository to merge in. */

import assert from 'node:assert/strict';
import type { MergeRequest, Merger } from '../ports/merger.ts';
import type { FileMap, GitFixture } from './git-fixture.ts';

export interface MergerBench {
  readonly fixture: GitFixture;
  /** A merger over the same repository as the others, as a new process would have it. */
  merger(): Promise<Merger>;
  close(): void;
}

/** With what tests ask of it. */
export class OpenedMerger {
  readonly bench: MergerBench;
  readonly merger: Merger;
  readonly base: string;

  constructor(bench: MergerBench, merger: Merger) {
    this.bench = bench;
    this.merger = merger;
    this.base = this.git('rev-parse', 'HEAD');
  }

  git(...args: readonly string[]): string {
    return this.bench.fixture.git(args);
  }

  /** A commit on top of another, leaving the checkout where it was. */
  commitOn(parent: string, files: FileMap): string {
    this.git('checkout', '-q', '--detach', parent);
    const commit = this.bench.fixture.commit(files, 'Work');
    this.git('checkout', '-q', 'main');
    return commit;
  }

  merge(onto: string, tip: string, change: Partial<MergeRequest> = {}): ReturnType<Merger['merge']> {
    const given = { run: 'run-1', onto, tip, strategy: 'merge', message: 'Merge task-001: Title' } as const;
    return this.merger.merge({ ...given, ...change });
  }

  async clean(onto: string, tip: string, change: Partial<MergeRequest> = {}): Promise<string> {
    const merged = await this.merge(onto, tip, change);
    assert.ok(merged.is === 'clean', JSON.stringify(merged));
    return merged.commit;
  }

  tree(commit: string): string {
    return this.git('rev-parse', `${commit}^{tree}`);
  }

  /** Everything a merge must leave alone. */
  surroundings(): string {
    const heads = this.git('for-each-ref', 'refs/heads', 'refs/tags');
    return [heads, this.git('status', '--porcelain'), this.git('rev-parse', 'HEAD')].join('\n');
  }

  pins(commit: string): string {
    return this.git('for-each-ref', '--format=%(refname)', '--points-at', commit, 'refs/cox');
  }
}
