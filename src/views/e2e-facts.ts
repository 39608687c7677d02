/** What the views say of the look at a task's merge in a browser. What was not run is never shown as passed. */

import {
  type E2ePicture,
  type E2eResult,
  type E2eStatus,
  NOT_CONFIGURED,
  regressionsOf,
} from '../core/e2e.ts';
import { e2eOf } from '../core/e2e-of-task.ts';
import { fewOf } from '../core/few-of.ts';
import type { TaskId } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';

export interface E2eReport {
  readonly status: E2eStatus;
  /** Why it was not run; null otherwise. */
  readonly detail: string | null;
  readonly viewports: readonly string[];
  /** Absolute path of the folder of its pictures; null without any. */
  readonly folder: string | null;
  readonly visual_regressions: number;
  readonly interactive_tests: {
    readonly passed: number | null;
    readonly total: number | null;
    readonly exit_code: number | null;
  } | null;
  readonly findings: readonly string[];
  readonly notes: readonly string[];
  readonly pictures: readonly PictureReport[];
}

export interface PictureReport {
  readonly page: string;
  readonly viewport: string;
  readonly status: E2ePicture['is'];
  /** From 0 to 1. */
  readonly differs: number | null;
  /** Absolute paths. */
  readonly current: string;
  readonly diff: string | null;
}

/** Null where it was not asked for, or not reached. */
export function e2eReport(state: RunState, task: TaskId): E2eReport | null {
  const seen = e2eOf(state, task);
  if (seen === null) return null;
  const { tests, folder } = seen;
  return {
    status: seen.status,
    detail: seen.detail === '' ? null : seen.detail,
    viewports: seen.viewports,
    folder: folder ?? null,
    visual_regressions: regressionsOf(seen),
    interactive_tests:
      tests === null
        ? null
        : {
            passed: tests.counts?.passed ?? null,
            total: tests.counts?.total ?? null,
            exit_code: tests.exitCode,
          },
    findings: seen.findings,
    notes: seen.notes,
    pictures:
      folder === undefined
        ? []
        : seen.pictures.map(({ path, viewport, is, share, name, hasDiff }) => ({
            page: path,
            viewport,
            status: is,
            differs: share ?? null,
            current: `${folder}/current/${name}`,
            diff: hasDiff === true ? `${folder}/diff/${name}` : null,
          })),
  };
}

/**
 * Of a run that has no application to look at: whose work asked for a look, in words; null where none did, or where
 * each task has a result of its own.
 */
export function e2eMissing(state: RunState): string | null {
  if (state.settings.e2e !== undefined) return null;
  const asked = [...state.tasks.keys()].filter((task) => e2eOf(state, task) !== null);
  if (asked.length === 0) return null;
  return `${E2E_ICONS['not run']} ${E2E_WORDS['not run']}, ${NOT_CONFIGURED}; the work of ${fewOf(asked)} asks for it`;
}

/** As the box and the line have it. */
export const E2E_WORDS: Readonly<Record<E2eStatus, string>> = {
  passed: 'PASS',
  failed: 'FAIL',
  'not run': 'NOT RUN',
};

export const E2E_ICONS: Readonly<Record<E2eStatus, string>> = { passed: '✅', failed: '❌', 'not run': '➖' };

/** `0`, or why that number says less than it seems to. */
export function regressionWords(seen: E2eResult): string {
  if (seen.pictures.length === 0) return 'not compared';
  const without = seen.pictures.filter(({ is }) => is === 'no baseline').length;
  if (without === seen.pictures.length) return 'not compared (no baseline)';
  const some = without === 0 ? '' : ` (${without} of ${seen.pictures.length} pictures have no baseline)`;
  return `${regressionsOf(seen)}${some}`;
}

/** `5/5 passed`. */
export function interactiveWords({ tests }: Pick<E2eResult, 'tests'>): string {
  if (tests === null) return 'not run';
  const { counts, exitCode } = tests;
  const how = exitCode === null ? 'stopped' : `exit ${exitCode}`;
  if (counts === undefined) return exitCode === 0 ? 'passed (exit 0)' : `failed (${how})`;
  // All that ran may have passed and the runner have failed.
  const odd = exitCode !== 0 && counts.passed === counts.total ? `, but ${how}` : '';
  return `${counts.passed}/${counts.total} passed${odd}`;
}

/** Where to look at the pictures; null without any. */
export function screenshotPlace({ folder, isInCheckout }: E2eResult): string | null {
  if (folder === undefined) return null;
  return isInCheckout === true ? '.claude/screenshots/current/' : `${folder}/current/`;
}

/** In one line, for pipes. */
export function e2eLine(seen: E2eResult): string {
  const { status, detail, viewports, findings, notes } = seen;
  const place = screenshotPlace(seen);
  const parts = [
    `E2E ${E2E_WORDS[status]}${detail === '' ? '' : `: ${detail}`}`,
    ...(viewports.length === 0 ? [] : [`viewports ${viewports.join(', ')}`]),
    ...(status === 'not run' ? [] : [`visual regressions ${regressionWords(seen)}`]),
    ...(seen.tests === null ? [] : [`interactive tests ${interactiveWords(seen)}`]),
    ...(place === null ? [] : [`screenshots in ${place}`]),
    ...findings.slice(0, 1),
    ...(findings.length === 0 ? notes.slice(0, 1) : []),
  ];
  return parts.join('; ');
}

/** Of an absolute path; nothing in it ends a link of Markdown or an attribute of HTML. */
export function fileUrl(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `file://${encoded.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}
