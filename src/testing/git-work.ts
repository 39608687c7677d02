/** Work of agents as commits of a real repository, made without a checkout, and a test of such commits. */

import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import type { Commit } from '../core/attempt.ts';
import type { CommandResult } from '../core/event.ts';
import type { Checker, CheckRequest } from '../ports/checker.ts';
import type { GitFixture } from './git-fixture.ts';

const run = promisify(execFile);

/** A commit on top of another that sets some files at the top of the tree. */
export function commitFiles(
  fixture: GitFixture,
  parent: Commit,
  { files, message }: { readonly files: Readonly<Record<string, string>>; readonly message: string },
): Commit {
  const index = join(fixture.root, 'work-index');
  const env = { GIT_INDEX_FILE: index };
  try {
    fixture.git(['read-tree', parent], { env });
    for (const [name, content] of Object.entries(files)) {
      const blob = fixture.git(['hash-object', '-w', '--stdin'], { input: content });
      fixture.git(['update-index', '--add', '--cacheinfo', `100644,${blob},${name}`], { env });
    }
    return fixture.git(['commit-tree', '-p', parent, '-m', message, fixture.git(['write-tree'], { env })]);
  } finally {
    rmSync(index, { force: true });
  }
}

/** Of every file of a commit, its lines. */
export async function linesAt(
  fixture: GitFixture,
  commit: Commit,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { stdout } = await run('git', ['grep', '-I', '-e', '', commit], {
    cwd: fixture.path,
    env: fixture.env,
  });
  const files = new Map<string, string[]>();
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [, name = '', text = ''] = /^[^:]*:([^:]*):(.*)$/.exec(line) ?? [];
    files.set(name, [...(files.get(name) ?? []), text]);
  }
  return files;
}

/**
 * Looks at what is in a commit; ends after as long as `ms` says, so that results come in any order. Before `together`
 * of them have begun none ends.
 */
export class LookingChecker implements Checker {
  readonly #passes: (commit: Commit) => Promise<boolean>;
  readonly #ms: (request: CheckRequest) => number;
  #release: () => void = () => undefined;
  readonly #enough = new Promise<void>((resolve) => {
    this.#release = resolve;
  });
  #left: number;
  most = 0;
  #running = 0;

  constructor(
    passes: (commit: Commit) => Promise<boolean>,
    ms: (request: CheckRequest) => number,
    together: number,
  ) {
    this.#passes = passes;
    this.#ms = ms;
    this.#left = together;
    if (together <= 0) this.#release();
  }

  async check(request: CheckRequest, signal: AbortSignal): Promise<CommandResult | null> {
    this.#running += 1;
    this.most = Math.max(this.most, this.#running);
    this.#left -= 1;
    if (this.#left === 0) this.#release();
    try {
      await this.#enough;
      await sleep(this.#ms(request), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return null;
      const passed = await this.#passes(request.commit);
      return {
        command: 'look',
        passed,
        exitCode: passed ? 0 : 1,
        durationMs: 1,
        output: passed ? '' : 'red',
      };
    } finally {
      this.#running -= 1;
    }
  }
}
