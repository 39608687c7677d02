/**
 * Keeps the marks in a plan file true to a run: what is merged is ticked when its group has ended. It is the user's
 * file, who may write to it meanwhile: each time it is read anew, and nothing but the marks is changed.
 */

import { lstat } from 'node:fs/promises';
import { basename } from 'node:path';
import { printableLine } from '../core/printable.ts';
import type { RunState } from '../core/run-state.ts';
import { markDone } from '../formats/plan-md/mark-done.ts';
import { executionId } from '../views/parallel-status.ts';
import { type PlanMarks, planMarks } from '../views/plan-marks.ts';
import { outputFolder } from './output-folder.ts';
import { FOLDER_LIMITS, readText } from './read-folder.ts';
import { replaceText } from './write-text.ts';

/** How often a file that changes while it is marked is read again. */
const TRIES = 5;

/** What came of a look at the file. */
interface Looked {
  readonly problems: readonly string[];
  /** Ids of the tasks in it that are not done. */
  readonly left: readonly string[];
}

function problem(words: string): Looked {
  return { problems: [words], left: [] };
}

export class MarkedPlan {
  readonly #path: string;
  /** What was brought about, so that a look costs nothing where nothing has changed. */
  #done = '';

  /** Absolute path of the plan. */
  constructor(path: string) {
    this.#path = path;
  }

  async bring(state: RunState): Promise<readonly string[]> {
    const marks = planMarks(state, this.#reportOf(state));
    const { index, phase } = state;
    const isOver = phase.is === 'finished';
    const wanted = JSON.stringify([marks, isOver]);
    if (wanted === this.#done || marks.tasks.length + marks.groups.length === 0) return [];
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const result = await this.#mark(marks);
      if (result === 'changed') continue;
      this.#done = wanted;
      const added = isOver ? result.left.filter((id) => !index.task.has(id)) : [];
      return added.length === 0 ? result.problems : [...result.problems, this.#addedWords(added)];
    }
    return [`${this.#path} changes all the time; what is done is not marked in it`];
  }

  /** Relative to the plan's folder; what is no plain line is not written into the plan. */
  #reportOf(state: RunState): string | undefined {
    const folder = basename(outputFolder(this.#path, 'plan-md'));
    const path = `${folder}/reports/${executionId(state)}.md`;
    return printableLine(path) === path ? path : undefined;
  }

  #addedWords(added: readonly string[]): string {
    return `${this.#path} has got ${added.join(', ')} since the run began; run the plan again for that`;
  }

  async #mark(marks: PlanMarks): Promise<Looked | 'changed'> {
    const found = await lstat(this.#path).catch(() => null);
    // A link could lead anywhere, and would be replaced.
    if (found?.isFile() !== true)
      return problem(`${this.#path} is no file any more; what is done is not marked in it`);
    const read = await readText(this.#path, FOLDER_LIMITS.file);
    if (!read.ok)
      return problem(`${this.#path} cannot be read (${read.error}); what is done is not marked in it`);
    const { text, unmarked, left } = markDone(read.value, marks);
    if (text !== read.value) {
      const written = await replaceText(this.#path, { before: read.value, text, mode: found.mode });
      if (!written.ok) return problem(written.error.message);
      if (!written.value) return 'changed';
    }
    if (unmarked.length === 0) return { problems: [], left };
    return { problems: [`${this.#path} has no place for the marks of ${unmarked.join(', ')}`], left };
  }
}
