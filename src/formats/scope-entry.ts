/** One entry of a scope, as written, into the paths it stands for. */

import { expand } from 'brace-expansion';
import type { ScopeEntry } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import { quoted } from './finding-list.ts';
import { repositoryPath } from './repository-path.ts';

export interface EntryProblem {
  readonly rule: string;
  readonly message: string;
  readonly remedy: string;
}

const LONGEST_ENTRY = 1000;
const MOST_PATHS = 1000;
/** Braces in the text of a plan must not be able to fill the memory, or the time, of the reader. */
const EXPANSION = {
  max: MOST_PATHS + 1,
  maxLength: 1_000_000,
  maxDepth: 30,
  maxRewrites: 30,
  maxSteps: 200_000,
};
/** A group that the expansion would have taken apart, had it not met one of its bounds. */
const LEFT_OVER = /\{[^{}]*(?:,|\.\.)[^{}]*\}/;

/** Expands braces, takes `::symbol` off, and makes each path relative to the repository. */
export function expandEntry(text: string): Result<readonly ScopeEntry[], EntryProblem> {
  if (text.length > LONGEST_ENTRY) {
    return err({
      rule: 'path-invalid',
      message: `the entry is longer than ${LONGEST_ENTRY} characters`,
      remedy: 'Write it as several entries with commas between them.',
    });
  }
  if (text.split('{').length !== text.split('}').length) {
    return err({
      rule: 'path-invalid',
      message: `${quoted(text)} has a brace without its partner`,
      remedy: 'Close every brace that is opened.',
    });
  }
  if (text.startsWith('!')) {
    return err({
      rule: 'path-invalid',
      message: `${quoted(text)} begins with "!", which takes nothing out of a scope`,
      remedy: 'Name what is meant without the exception.',
    });
  }
  // To the expansion a backslash would be an escape; in a path it is a separator.
  const expanded = expand(text.replaceAll('\\', '/'), EXPANSION);
  if (expanded.length > MOST_PATHS || expanded.some((each) => LEFT_OVER.test(each))) {
    return err({
      rule: 'too-many-paths',
      message: `${quoted(text)} stands for more than ${MOST_PATHS} paths`,
      remedy: 'Use a glob, or name the folder with a slash at its end.',
    });
  }
  const entries: ScopeEntry[] = [];
  for (const each of expanded) {
    const entry = readEntry(each);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  return ok(entries);
}

function readEntry(text: string): Result<ScopeEntry, EntryProblem> {
  const split = text.indexOf('::');
  const path = repositoryPath(split < 0 ? text : text.slice(0, split));
  if (!path.ok) return err({ ...path.error, message: `${quoted(text)}: ${path.error.message}` });
  const symbol = split < 0 ? '' : symbolOf(text.slice(split + 2));
  return ok(symbol === '' ? { pattern: path.value } : { pattern: path.value, symbol });
}

/** `A::b`, `A#b` and `A.b()` all name `A.b`. */
function symbolOf(text: string): string {
  return text
    .trim()
    .replace(/\(.*$/s, '')
    .replace(/::|#/g, '.')
    .replace(/^\.+|\.+$/g, '');
}
