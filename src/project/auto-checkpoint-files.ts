/** Keeps the checkpoints of a run's groups in `.claude/auto-memory/` true to it. */

import { join } from 'node:path';
import { err, ok, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { groupCheckpoints } from '../views/auto-checkpoint.ts';
import { isRunId, showing } from './auto-progress-file.ts';
import { groupFileName, groupText, MEMORY, setAside, writeMemory } from './session/memory.ts';
import { newerIn, type ShownRun, shownRun } from './shown-run.ts';

export class AutoCheckpointFiles {
  readonly #root: string;
  /** By the number of the group. */
  readonly #written = new Map<number, string>();
  /** Groups whose file is a newer run's. */
  readonly #left = new Set<number>();

  /** Absolute path of the repository's top. */
  constructor(root: string) {
    this.#root = root;
  }

  async bring(state: RunState): Promise<readonly string[]> {
    const begun = { id: state.run, at: state.createdAt };
    const texts = groupCheckpoints(state).map((each) => [each.group_number, groupText(each)] as const);
    const notes: string[] = [];
    for (const [group, text] of texts) {
      if (this.#left.has(group) || this.#written.get(group) === text) continue;
      const name = groupFileName(group);
      const path = join(this.#root, MEMORY, name);
      if (!this.#written.has(group)) {
        if ((await newerIn(showing(path), begun)) !== null) {
          this.#left.add(group);
          continue;
        }
        const kept = await this.#keepForeign(name, begun);
        if (!kept.ok) {
          notes.push(kept.error);
          continue;
        }
        if (kept.value !== null)
          notes.push(`${MEMORY}/${name} is this run's now; what it held is kept as ${kept.value}`);
      }
      const written = await writeMemory(this.#root, name, text);
      if (written.ok) this.#written.set(group, text);
      else notes.push(written.error.message);
    }
    return notes;
  }

  /** What a script or somebody has written is said nowhere else; what a run wrote is in its log. */
  async #keepForeign(name: string, begun: ShownRun): Promise<Result<string | null, string>> {
    const shown = await shownRun(showing(join(this.#root, MEMORY, name)));
    if (shown?.id != null && (shown.id === begun.id || isRunId(shown.id))) return ok(null);
    const kept = await setAside(this.#root, name, begun.at);
    return kept.ok ? kept : err(kept.error.message);
  }
}
