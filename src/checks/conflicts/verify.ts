/** Whether a result holds what each side has, and nothing twice: asked of what was made, not of how. */

import { droppedLines, type ResolvedTexts } from '../../core/dropped-lines.ts';

/** What is wrong with the lines; null when nothing is. `writes`: lines that nobody wrote may be there. */
export function flawOfLines(texts: ResolvedTexts, { writes }: { readonly writes: boolean }): string | null {
  const [lost] = droppedLines(texts);
  if (lost !== undefined) return `a line of one side would be lost: ${lost.text}`;
  const { base, ours, theirs, result } = texts;
  const counts = [base, ours, theirs].map((text) => countOf(keysOf(text)));
  for (const [key, count] of countOf(keysOf(result))) {
    const [was, own, other] = counts.map((each) => each.get(key) ?? 0);
    const [most] = bounds(was ?? 0, own ?? 0, other ?? 0).slice(-1);
    const isNew = own === 0 && other === 0;
    if (count > (most ?? 0) && !(isNew && writes))
      return `a line would be there once more than it should: ${key}`;
  }
  return null;
}

/** A name that is there too often, or too seldom, for what both sides did to it; null when there is none. */
export function flawOfNames(three: readonly (readonly string[])[], result: readonly string[]): string | null {
  const [base, ours, theirs] = three.map(countOf);
  const after = countOf(result);
  for (const name of new Set([...three.flat(), ...result])) {
    const count = after.get(name) ?? 0;
    const [least = 0, most = 0] = bounds(base?.get(name) ?? 0, ours?.get(name) ?? 0, theirs?.get(name) ?? 0);
    if (count < least || count > most) return `${name} would be there ${count} times`;
  }
  return null;
}

/** What two sides did with equals may be one thing or two. */
function bounds(base: number, ours: number, theirs: number): readonly [number, number] {
  const sum = ours + theirs - base;
  if (ours > base && theirs > base) return [Math.max(ours, theirs), sum];
  return ours < base && theirs < base ? [Math.max(0, sum), Math.max(ours, theirs)] : [sum, sum];
}

function keysOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim().replace(/,$/, ''));
  return lines.filter((line) => /[\p{L}\p{N}]/u.test(line));
}

function countOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
