/** The `<plan>` that commands take: a path, or the id of a run that was made from one. */

import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Owner } from '../core/event.ts';
import { type Finding, isValid } from '../core/finding.ts';
import type { Plan, PlanFormat, Schedule } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { LoadedPlan, LoadRequest } from '../project/load-plan.ts';
import { ownPathsOf } from '../project/own-paths.ts';
import type { Cli } from './cli.ts';
import { EXIT, type Stop, stopOfOwner } from './exit.ts';
import { exists } from './files.ts';
import { planTaken } from './plan-in-use.ts';
import { findingsText } from './render/findings-text.ts';
import { openRuns } from './repository.ts';

export type ReadPlan = Extract<LoadedPlan, { is: 'read' }>;

export interface PlanOptions {
  readonly format?: PlanFormat;
  readonly allowUnpinned?: true;
  /** How it will be run: which tasks may run at once decides which of their scopes may meet. */
  readonly schedule?: Schedule;
  /** Every prompt has to be there, and those of the plan are made from its tasks. */
  readonly promptsMade?: true;
  readonly ofFamily?: LoadRequest['ofFamily'];
  /** A run that a living process drives is refused: one that is named, and one that writes to the plan. */
  readonly notOwned?: true;
}

/** Reads the plan; its findings may be errors. Their files are named as the plan was. */
export async function readPlan(
  cli: Cli,
  what: string,
  { format, allowUnpinned, schedule, promptsMade, ofFamily, notOwned }: PlanOptions,
): Promise<Result<ReadPlan, Stop>> {
  if (what === '') {
    const remedy = 'Name its folder or file; a variable of the shell may be empty.';
    return err({ code: EXIT.usage, message: 'the name of the plan is empty', remedy });
  }
  const named = await planPath(cli, what);
  if (notOwned && named.owner !== null) return err(stopOfOwner(what, named.owner));
  const shown = (path: string): string => shownPath(cli, what, path);
  const loaded = await cli.parts.loadPlan({
    path: named.path,
    ...(named.isRun ? {} : { called: what }),
    from: cli.folder,
    ...(format === undefined ? {} : { format }),
    ...(allowUnpinned === undefined ? {} : { allowUnpinned }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(promptsMade === undefined ? {} : { promptsMade }),
    ...(ofFamily === undefined ? {} : { ofFamily }),
  });
  if (loaded.is === 'read') {
    const { folder } = loaded;
    const busy = notOwned ? await planTaken(cli, loaded) : null;
    if (busy !== null) return err(busy);
    const findings = loaded.findings.map((each) => ({ ...each, file: shown(join(folder, each.file)) }));
    return ok({ ...loaded, findings });
  }
  const isNoRun = loaded.reason === 'no-such-path' && named.isUnknown;
  const message = `${loaded.message}${isNoRun ? ', and no run of that id' : ''}`;
  return err({ code: EXIT.usage, message, remedy: loaded.remedy });
}

/** From the current folder, as users of shells and editors want it, or absolute for whoever has said it so. */
function shownPath(cli: Cli, what: string, path: string): string {
  return isAbsolute(what) ? path : relative(cli.folder, path) || '.';
}

export interface ValidPlan extends ReadPlan {
  readonly plan: Plan;
}

/** Null when it is invalid; then its findings have been said. Warnings alone are said, too. */
export function validPlan(cli: Cli, loaded: ReadPlan): ValidPlan | null {
  const { plan, findings } = loaded;
  if (findings.length > 0) sayFindings(cli, findings);
  return plan !== null && isValid(findings) ? { ...loaded, plan } : null;
}

function sayFindings(cli: Cli, findings: readonly Finding[]): void {
  const { stderr } = cli.host;
  stderr.write(`${findingsText(findings, cli.style(stderr)).join('\n')}\n`);
}

/** The plan's own paths that lie in the repository, relative to its top level, with forward slashes. */
export function pathsInside(root: string, paths: readonly string[]): readonly string[] {
  return paths
    .map((path) => relative(root, path))
    .filter((path) => path !== '' && path !== '..' && !path.startsWith(`..${sep}`))
    .map((path) => path.split(sep).join('/'));
}

/** Of those what belongs to the plan, and what its runs write in the repository. */
export function ownPathsInside(
  root: string,
  { source, format }: Pick<ValidPlan, 'source' | 'format'>,
): readonly string[] {
  return pathsInside(root, ownPathsOf(source, format, root));
}

interface PlanPath {
  /** Absolute. */
  readonly path: string;
  readonly owner: Owner | null;
  /** It was named by the id of a run. */
  readonly isRun: boolean;
  /** It was looked for among the runs, and not found. */
  readonly isUnknown: boolean;
}

/** What exists is a path; anything else may be the id of a run. */
async function planPath(cli: Cli, what: string): Promise<PlanPath> {
  const path = resolve(cli.folder, what);
  const plain = { path, owner: null, isRun: false, isUnknown: false };
  if (what.includes('/') || (await exists(path))) return plain;
  const opened = await openRuns(cli);
  if (!opened.ok) return plain;
  const { api } = opened.value;
  try {
    const named = (await api.runs()).find(({ run }) => run === what);
    if (named === undefined) return { ...plain, isUnknown: true };
    return { path: named.source, owner: named.owner, isRun: true, isUnknown: false };
  } finally {
    await api.close();
  }
}
