/**
 * The JSON summary that an agent may end with, found anywhere in its output: on one line, over many, inside a
 * fence. It is looked for with bounded memory: its `task_completed` stands at most 16 KiB behind its `{`, and the
 * whole is at most 256 KiB long.
 */

import { saysSomething } from './says-something.ts';

export interface Summary {
  readonly taskCompleted: boolean;
  readonly validationPassed?: boolean;
  readonly errorMessage?: string;
  readonly summary?: string;
}

/** `before` is the last line above the summary's own that says something, null where none was seen. */
export type SummaryFound = (summary: Summary, json: string, before: string | null) => void;

export interface SummaryFinder {
  /** Takes the next line of the output, without its end. */
  line(text: string): void;
}

const KEY = '"task_completed"';
const LOOK_BACK = 16 * 1024;
const LONGEST = 256 * 1024;
/** Braces before the key that are tried as the summary's start. */
const CANDIDATES = 8;

/** A brace that may open a summary, and how far its matching end has been looked for. */
interface Candidate {
  readonly start: number;
  next: number;
  depth: number;
  inString: boolean;
}

/** `found` is called for every summary, in the order of their ends. */
export function createSummaryFinder(found: SummaryFound): SummaryFinder {
  let kept = '';
  let open: Candidate[] = [];

  return {
    line(text) {
      const keyAt = text.indexOf(KEY);
      const base = kept.length;
      kept += `${text}\n`;
      if (keyAt >= 0) open = mergeCandidates(open, candidatesBefore(kept, base + text.lastIndexOf(KEY)));
      if (open.length > 0) open = open.filter((candidate) => !closes(candidate, kept, found));
      const from = Math.min(kept.length - LOOK_BACK, ...open.map((candidate) => candidate.start));
      // Cutting only when it has doubled keeps the cost of each line constant.
      if (from > LOOK_BACK) {
        kept = kept.slice(from);
        open = open.map((candidate) => ({
          ...candidate,
          start: candidate.start - from,
          next: candidate.next - from,
        }));
      }
    },
  };
}

function candidatesBefore(text: string, keyAt: number): readonly Candidate[] {
  const starts: Candidate[] = [];
  let at = keyAt;
  while (starts.length < CANDIDATES) {
    at = at <= 0 ? -1 : text.lastIndexOf('{', at - 1);
    if (at < 0 || keyAt - at > LOOK_BACK) break;
    starts.push({ start: at, next: at, depth: 0, inString: false });
  }
  return starts;
}

function lineBefore(text: string, at: number): string | null {
  let end = text.lastIndexOf('\n', at);
  while (end > 0) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end);
    if (saysSomething(line)) return line;
    end = start - 1;
  }
  return null;
}

function mergeCandidates(open: readonly Candidate[], fresh: readonly Candidate[]): Candidate[] {
  const known = new Set(open.map((candidate) => candidate.start));
  const all = [...open, ...fresh.filter((candidate) => !known.has(candidate.start))];
  return all.sort((a, b) => a.start - b.start).slice(-2 * CANDIDATES);
}

/** True when the candidate is settled: its end was found, or it is too long to be one. */
function closes(candidate: Candidate, text: string, found: SummaryFound): boolean {
  while (candidate.next < text.length) {
    step(candidate, text[candidate.next] ?? '');
    if (candidate.depth > 0) continue;
    const json = text.slice(candidate.start, candidate.next);
    const summary = readSummary(parseJson(json));
    if (summary !== null) found(summary, json, lineBefore(text, candidate.start));
    return true;
  }
  return text.length - candidate.start > LONGEST;
}

/** Takes the next character; a depth of 0 afterwards means that the first brace is closed. */
function step(candidate: Candidate, char: string): void {
  candidate.next += candidate.inString && char === '\\' ? 2 : 1;
  if (char === '"') candidate.inString = !candidate.inString;
  if (candidate.inString) return;
  if (char === '{') candidate.depth += 1;
  else if (char === '}') candidate.depth -= 1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Null for anything that is no object with a boolean `task_completed`. */
export function readSummary(value: unknown): Summary | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  const completed = fields.get('task_completed');
  if (typeof completed !== 'boolean') return null;
  const validated = fields.get('validation_passed');
  const error = fields.get('error_message');
  const words = fields.get('summary');
  return {
    taskCompleted: completed,
    ...(typeof validated === 'boolean' ? { validationPassed: validated } : {}),
    ...(typeof error === 'string' && error !== '' ? { errorMessage: error } : {}),
    ...(typeof words === 'string' && words !== '' ? { summary: words } : {}),
  };
}
