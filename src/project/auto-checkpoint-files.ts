/** Keeps the checkpoints of a run's groups in `.claude/auto-memory/` true to it. */

import { dirname, join } from 'node:path';
import type { RunState } from '../core/run-state.ts';
import { groupCheckpoints } from '../views/auto-checkpoint.ts';
import { showing } from './auto-progress-file.ts';
import { repositoryAbove } from './repository-above.ts';
import { groupFileName, groupText, MEMORY, writeMemory } from './session/memory.ts';
import { newerIn } from './shown-run.ts';

export class AutoCheckpointFiles {
  readonly #source: string;
  /** By the number of the group. */
  readonly #written = new Map<number, string>();
  /** Groups whose file is a newer run's. */
  readonly #left = new Set<number>();
  #repository: string | null | undefined;

  /** Absolute path of the plan. */
  constructor(source: string) {
    this.#source = source;
  }

  async bring(state: RunState): Promise<readonly string[]> {
    const begun = { id: state.run, at: state.createdAt };
    const texts = groupCheckpoints(state).map((each) => [each.group_number, groupText(each)] as const);
    if (this.#repository === undefined) this.#repository = await repositoryAbove(dirname(this.#source));
    const root = this.#repository;
    if (root === null) return [];
    const problems: string[] = [];
    for (const [group, text] of texts) {
      if (this.#left.has(group) || this.#written.get(group) === text) continue;
      const name = groupFileName(group);
      if (!this.#written.has(group) && (await newerIn(showing(join(root, MEMORY, name)), begun)) !== null) {
        this.#left.add(group);
        continue;
      }
      const written = await writeMemory(root, name, text);
      if (written.ok) this.#written.set(group, text);
      else problems.push(written.error.message);
    }
    return problems;
  }
}
