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
    const wanted = JSON.stringify(marks);
    if (wanted === this.#done || marks.tasks.length + marks.groups.length === 0) return [];
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const result = await this.#mark(marks);
      if (result === 'changed') continue;
      this.#done = wanted;
      return result;
    }
    return [`${this.#path} changes all the time; what is done is not marked in it`];
  }

  /** Relative to the plan's folder; what is no plain line is not written into the plan. */
  #reportOf(state: RunState): string | undefined {
    const folder = basename(outputFolder(this.#path, 'plan-md'));
    const path = `${folder}/reports/${executionId(state)}.md`;
    return printableLine(path) === path ? path : undefined;
  }

  async #mark(marks: PlanMarks): Promise<readonly string[] | 'changed'> {
    const found = await lstat(this.#path).catch(() => null);
    // A link could lead anywhere, and would be replaced.
    if (found?.isFile() !== true)
      return [`${this.#path} is no file any more; what is done is not marked in it`];
    const read = await readText(this.#path, FOLDER_LIMITS.file);
    if (!read.ok) return [`${this.#path} cannot be read (${read.error}); what is done is not marked in it`];
    const { text, unmarked } = markDone(read.value, marks);
    if (text !== read.value) {
      const written = await replaceText(this.#path, { before: read.value, text, mode: found.mode });
      if (!written.ok) return [written.error.message];
      if (!written.value) return 'changed';
    }
    return unmarked.length === 0
      ? []
      : [`${this.#path} has no place for the marks of ${unmarked.join(', ')}`];
  }
}
