/** Whether one changed path may be changed: by its name and the kind of the change. */

import type { PathChange } from '../../ports/commit-reader.ts';
import { breach, type Judgement, note } from './judgement.ts';
import { matching, type Rule, type Rules, ruleText } from './paths.ts';

export type PathAnswer =
  /** Everything in it may be changed. */
  | { readonly is: 'whole'; readonly notes: readonly Judgement[] }
  /** Only these parts of it. */
  | { readonly is: 'parts'; readonly symbols: readonly string[] }
  /** The scope does not name it. */
  | { readonly is: 'outside' }
  | { readonly is: 'refused'; readonly breach: Judgement };

const WHOLE: PathAnswer = { is: 'whole', notes: [] };

export function judgePath(change: PathChange, rules: Rules): PathAnswer {
  const { path } = change;
  const kept = matching(rules.boundary, path).find(({ entry }) => entry.symbol === undefined);
  if (kept !== undefined) {
    const what = `${did(change)}, but lies in the BOUNDARY ${ruleText(kept)}, which this task must leave alone`;
    return refused(breach(path, what, firstLine(change)));
  }
  if (rules.isUnlimited) return WHOLE;
  const create = matching(rules.create, path);
  const modify = matching(rules.modify, path);
  const isSubmodule = change.is === 'submodule' || change.was === 'submodule';
  if (isSubmodule && [...rules.create, ...rules.modify].some((rule) => namesFolder(rule, path))) return WHOLE;
  if (create.length + modify.length === 0) return { is: 'outside' };
  if (isSubmodule) return refusedSubmodule(change);
  switch (change.kind) {
    case 'added':
      return judgeAdded(change, create, modify);
    case 'modified':
      return judgeModified(change, create, modify);
    case 'deleted':
      return judgeDeleted(change, modify);
  }
}

/** For people: what was done to the path. */
export function did({ kind, was, is }: PathChange): string {
  if (kind === 'added')
    return is === 'file' || is === 'program' ? 'was added' : `was added as a ${nounOf(is)}`;
  if (kind === 'deleted') return 'was deleted';
  return was === is ? 'was changed' : `was made a ${nounOf(is)} of a ${nounOf(was)}`;
}

export function firstLine({ lines }: PathChange): number | undefined {
  return lines?.[0]?.start;
}

function nounOf(kind: PathChange['is']): string {
  switch (kind) {
    case 'link':
      return 'symbolic link';
    case 'program':
      return 'file that may be executed';
    case 'submodule':
      return 'submodule';
    default:
      return 'plain file';
  }
}

/** `sub` as well as `sub/`. */
function namesFolder({ entry }: Rule, path: string): boolean {
  return entry.pattern.replace(/\/$/, '') === path;
}

/** It brings the files of another repository, which a glob cannot have meant. */
function refusedSubmodule(change: PathChange): PathAnswer {
  return refused(
    breach(change.path, `${did(change)}; a submodule may be changed only where the scope names its own path`),
  );
}

function judgeAdded(change: PathChange, create: readonly Rule[], modify: readonly Rule[]): PathAnswer {
  if (create.length > 0 || modify.some(isWhole)) return { is: 'whole', notes: linkNotes(change) };
  return parts(change, modify);
}

function judgeModified(change: PathChange, create: readonly Rule[], modify: readonly Rule[]): PathAnswer {
  const { path } = change;
  if (modify.some(isWhole)) return { is: 'whole', notes: linkNotes(change) };
  const named = create.some((rule) => isWhole(rule) && rule.entry.pattern === path);
  if (named) {
    const was = note(path, 'was there on the base already; the task was to create it', firstLine(change));
    return { is: 'whole', notes: [was, ...linkNotes(change)] };
  }
  const symbols = [...modify, ...create].filter((rule) => !isWhole(rule));
  if (symbols.length > 0) return parts(change, symbols);
  const rule = create.map(ruleText).join(', ');
  const what = `${did(change)}, but was there on the base: CREATE ${rule} allows new files only`;
  return refused(breach(path, what, firstLine(change)));
}

function judgeDeleted(change: PathChange, modify: readonly Rule[]): PathAnswer {
  const { path } = change;
  if (modify.some(isWhole)) return { is: 'whole', notes: [note(path, 'was deleted')] };
  const what =
    modify.length > 0
      ? `was deleted, but only ${modify.map(ruleText).join(', ')} may be changed`
      : 'was deleted; CREATE does not allow the removal of what was there before';
  return refused(breach(path, what));
}

/** A link or a mode is no part of a text. */
function parts(change: PathChange, rules: readonly Rule[]): PathAnswer {
  const symbols = [...new Set(rules.map(({ entry }) => entry.symbol).filter((name) => name !== undefined))];
  const isText = change.is === 'file' || change.is === 'program';
  if (isText && (change.was === null || change.was === change.is)) return { is: 'parts', symbols };
  const what = `${did(change)}, but only ${rules.map(ruleText).join(', ')} may be changed`;
  return refused(breach(change.path, what));
}

function linkNotes(change: PathChange): readonly Judgement[] {
  return change.is === 'link' && change.was !== 'link' ? [note(change.path, did(change))] : [];
}

function isWhole({ entry }: Rule): boolean {
  return entry.symbol === undefined;
}

function refused(found: Judgement): PathAnswer {
  return { is: 'refused', breach: found };
}
