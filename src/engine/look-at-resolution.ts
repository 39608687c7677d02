/** Looks at what is said to resolve a conflict: nothing of either side may be lost, and nothing else be changed. */

import type { Commit } from '../core/attempt.ts';
import type { Conflict } from '../core/conflict.ts';
import { markersIn } from '../core/conflict-markers.ts';
import { type DroppedLine, droppedLines } from '../core/dropped-lines.ts';
import { pathMatches } from '../core/glob-overlap.ts';
import type { Scope, ScopeEntry } from '../core/plan.ts';
import { printableLine } from '../core/printable.ts';
import type { OpenIntent } from '../core/run-state.ts';
import type { CommitReader, PathChange } from '../ports/commit-reader.ts';
import { mergeOf } from './merge-of.ts';
import type { Performing } from './parts.ts';

type Looking = Extract<OpenIntent, { type: 'resolution.starting' }>;
type LookingAtBranch = Extract<OpenIntent, { type: 'takeover.starting' }>;

/** As many as an agent can work off. */
const MOST_FINDINGS = 50;

export async function lookAtResolution(
  { task, attempt, conflict, tip, branch }: Looking,
  { ports, state, emit }: Performing,
): Promise<void> {
  const scope = state.index.task.get(task)?.scope ?? { create: [], modify: [], boundary: [] };
  const findings = await findingsOf({ conflict, tip, reader: ports.reader }, scope);
  if (findings.length > 0)
    return emit({ type: 'resolution.ended', task, attempt, found: { is: 'refused', findings } });
  const commit = await ports.conflicts.settle({ merge: mergeOf(state, conflict), resolved: tip, branch });
  emit({ type: 'resolution.ended', task, attempt, found: { is: 'resolved', commit } });
}

/** The user may take lines away that nobody else may. */
export async function lookAtBranch(
  { task, branch, conflict, bases }: LookingAtBranch,
  { ports, state, emit }: Performing,
): Promise<void> {
  const found = await ports.conflicts.adopt({ run: state.run, branch, tip: conflict.tip, bases });
  if (found.is === 'unchanged') return emit({ type: 'takeover.ended', task, found });
  if (found.is === 'unrelated') {
    const finding = `${branch} does not hold what the work began with; put the resolution on top of it`;
    return emit({ type: 'takeover.ended', task, found: { is: 'refused', findings: [finding] } });
  }
  const resolved = { conflict, tip: found.tip, reader: ports.reader };
  const findings = bounded(await inEachFile(resolved, conflict.paths, markerFindings));
  if (findings.length > 0) return emit({ type: 'takeover.ended', task, found: { is: 'refused', findings } });
  emit({ type: 'takeover.ended', task, found: { is: 'taken', tip: found.tip, base: found.base } });
}

interface Resolved {
  readonly conflict: Conflict;
  readonly tip: Commit;
  readonly reader: CommitReader;
}

async function findingsOf(resolved: Resolved, scope: Scope): Promise<readonly string[]> {
  const { conflict, tip, reader } = resolved;
  const inConflict = new Set(conflict.paths);
  const changed = (await reader.changes(conflict.unresolved, tip)).map(({ path }) => path);
  const beyond = changed.filter((path) => !inConflict.has(path));
  const outside = beyond.filter((path) => !isInside(path, scope));
  const paths = [...conflict.paths, ...beyond];
  return bounded([
    ...(await inEachFile(resolved, paths, markerFindings)),
    ...outside.map(
      (path) =>
        `${printableLine(path)} is changed, and is neither in conflict nor in the task's scope; take it back with git checkout ${conflict.unresolved} -- <path>`,
    ),
    ...(await unreadable(resolved)),
    ...(await inEachFile(resolved, paths, droppedFindings)),
  ]);
}

/** Of one path; empty for a side that has no such file. */
interface Texts {
  readonly path: string;
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  readonly result: string;
}

async function inEachFile(
  { conflict, tip, reader }: Resolved,
  paths: readonly string[],
  look: (texts: Texts) => readonly string[],
): Promise<readonly string[]> {
  const findings: string[] = [];
  for (const path of paths) {
    const read = async (commit: Commit | null): Promise<string> =>
      (commit === null ? null : await reader.read(commit, path)) ?? '';
    const [base, ours] = [await read(conflict.ancestor), await read(conflict.onto)];
    findings.push(...look({ path, base, ours, theirs: await read(conflict.tip), result: await read(tip) }));
  }
  return findings;
}

function markerFindings({ path, ours, theirs, result }: Texts): readonly string[] {
  return markersIn(result, [ours, theirs]).map(
    (line) => `${printableLine(path)}:${line} is a conflict marker`,
  );
}

function droppedFindings(texts: Texts): readonly string[] {
  return droppedLines(texts).map(droppedFinding);
}

function droppedFinding({ path, side, line, text }: DroppedLine): string {
  const whose = side === 'ours' ? 'what was merged before' : "this task's work";
  return `${printableLine(path)} lacks a line that ${whose} adds (line ${line} there): ${text}`;
}

/** Which side of what is no text was taken cannot be told from its lines. */
async function unreadable({ conflict, reader }: Resolved): Promise<readonly string[]> {
  const { ancestor, onto, tip, paths } = conflict;
  if (ancestor === null) return [];
  const sides = [await reader.changes(ancestor, onto), await reader.changes(ancestor, tip)];
  const opaque = new Set(sides.flatMap((changes) => changes.filter(isOpaque).map(({ path }) => path)));
  return paths
    .filter((path) => opaque.has(path))
    .map((path) => `${printableLine(path)} is no text, so a person has to choose`);
}

function isOpaque({ is, lines }: PathChange): boolean {
  return is !== null && (is === 'link' || is === 'submodule' || lines === null);
}

/** A task without a scope may change anything. */
function isInside(path: string, { create, modify, boundary }: Scope): boolean {
  const names = ({ pattern }: ScopeEntry): boolean => pathMatches(pattern, path);
  const owned = [...create, ...modify];
  return !boundary.some(names) && (owned.length === 0 || owned.some(names));
}

function bounded(findings: readonly string[]): readonly string[] {
  const rest = findings.length - MOST_FINDINGS;
  return rest <= 0 ? findings : [...findings.slice(0, MOST_FINDINGS), `and ${rest} more`];
}
