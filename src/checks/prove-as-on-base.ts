/**
 * Where the work has changed what a check runs, its own measure is not enough: the check is run once more on the same
 * files, with scripts, settings and commands as they were on the base. A command that says otherwise then counts; one
 * that only its settings make fail, or that is gone for good, warns: new code may want new settings.
 */

import type { CheckResult } from '../core/proof.ts';
import type { CommitReader } from '../ports/commit-reader.ts';
import type { ProjectFiles } from './detect/found-check.ts';
import { isGreen, isUnavailable } from './judge-run.ts';
import type { ChangedMeasure } from './measure/changed-measure.ts';
import { withPartsOf } from './measure/manifest-parts.ts';
import type { PlannedCheck } from './plan-checks.ts';
import { type CheckContext, type CheckedCommand, runCheck } from './run-check.ts';

/** Those whose failure counts, where the base has them and their measure was changed. */
export function toRunAsOnBase(
  checks: readonly PlannedCheck[],
  measure: ChangedMeasure,
): readonly PlannedCheck[] {
  return checks.filter((check) => check.critical && isMeasuredAnew(check, measure));
}

/** The base has the check, and the work has changed what it runs. */
export function isMeasuredAnew(check: PlannedCheck, measure: ChangedMeasure): boolean {
  const { command, baseCommand } = check;
  if (baseCommand === undefined) return false;
  return command !== baseCommand || measure.isReplaced(check) || measure.isReset(check);
}

export interface BaseFiles {
  readonly reader: CommitReader;
  readonly base: { readonly commit: string; readonly files: ProjectFiles };
  readonly tip: ProjectFiles;
  readonly restored: readonly string[];
}

/** What is put in place of the tip's files: by path a text, or null for none. */
export async function filesAsOnBase({
  reader,
  base,
  tip,
  restored,
}: BaseFiles): Promise<ReadonlyMap<string, string | null>> {
  const files = new Map<string, string | null>();
  for (const path of restored) {
    const text = await reader.read(base.commit, path);
    // A link, say: it stays as the tip has it.
    if (text === null && base.files.paths.has(path)) continue;
    files.set(path, path === 'package.json' && text !== null ? withPartsOf(text, tip.texts.get(path)) : text);
  }
  return files;
}

/** Null when the signal ended it. `all` holds what is only built, for others need it. */
export async function proveAsOnBase(
  {
    checks,
    all,
    measure,
  }: {
    readonly checks: readonly PlannedCheck[];
    readonly all: readonly PlannedCheck[];
    readonly measure: ChangedMeasure;
  },
  context: CheckContext,
): Promise<readonly CheckResult[] | null> {
  const { session, gate, signal } = context;
  for (const { name, kind, command } of all.filter((check) => !checks.includes(check))) {
    if (kind !== 'build' || command === undefined) continue;
    if ((await gate.pass(() => session.run(name, command, signal))) === null) return null;
  }
  const results: CheckResult[] = [];
  for (const check of checks) {
    const { name, baseCommand, command } = check;
    if (baseCommand === undefined) continue;
    const checked = await runCheck({ ...check, name: `${name}-as-on-base` }, baseCommand, context);
    if (checked === null) return null;
    results.push(weighed(checked, command !== baseCommand || measure.isReplaced(check)));
  }
  return results;
}

function weighed({ result, run }: CheckedCommand, isCommand: boolean): CheckResult {
  if (isGreen(run) || result.status !== 'failed' || result.onBase === 'failed') return result;
  if (isUnavailable(run)) return warning(result, 'the command of the base can no longer be run');
  if (isCommand) return { ...result, detail: `by the command of the base: ${result.detail}` };
  return warning(result, 'it passes only with the settings that this task has changed');
}

function warning(result: CheckResult, why: string): CheckResult {
  return { ...result, status: 'warning', detail: `${why}: ${result.detail}` };
}
