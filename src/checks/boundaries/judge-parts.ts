/** Whether a file changed only in the parts that a scope names, and not in those that it must leave alone. */

import { type Outline, outlineOf } from '../symbols/outline.ts';
import { languageOf, parseSource, type Source, type Span, textOf } from '../symbols/syntax.ts';
import { breach, type Judgement, note } from './judgement.ts';
import { linesOutside } from './outside.ts';

export interface PartsQuestion {
  readonly path: string;
  /** Dotted names. */
  readonly symbols: readonly string[];
  /** Text of both commits; empty for a file that is not there, null where there is no text. */
  readonly base: string | null;
  readonly tip: string | null;
}

interface Version {
  readonly source: Source;
  readonly outline: Outline;
}

export async function judgeParts(question: PartsQuestion): Promise<readonly Judgement[]> {
  const { path, symbols } = question;
  const allowed = symbols.map((name) => `\`${name}\``).join(', ');
  if (languageOf(path) === null) {
    return [note(path, `is not looked into by its parts, so more than ${allowed} may have changed in it`)];
  }
  const base = await readVersion(path, question.base);
  const tip = await readVersion(path, question.tip);
  if (base === null || tip === null) {
    return [
      breach(path, `cannot be read as text of its language, so it is not known that only ${allowed} changed`),
    ];
  }
  const helpers = newHelpers(base.outline, tip.outline, symbols);
  const lines = linesOutside(
    { source: base.source, parts: [...base.outline.imports, ...spansOf(base.outline, symbols)] },
    {
      source: tip.source,
      parts: [...tip.outline.imports, ...spansOf(tip.outline, symbols), ...helpers],
    },
  );
  return [
    ...rangesOf(lines.tip).map((range) => outsideBreach({ path, range, allowed, version: tip, where: '' })),
    ...rangesOf(lines.base).map((range) =>
      outsideBreach({ path, range, allowed, version: base, where: ' of the base' }),
    ),
    ...missing(question, base.outline, tip.outline),
    ...helpers.map(({ name, from }) =>
      note(path, `\`${name}\` is new and not a part of ${allowed}`, tip.source.lineAt(from)),
    ),
  ];
}

/** Whether any of the parts differs between the two commits. */
export async function judgeKeptParts(question: PartsQuestion): Promise<readonly Judgement[]> {
  const { path, symbols } = question;
  const base = await readVersion(path, question.base);
  const tip = await readVersion(path, question.tip);
  const found: Judgement[] = [];
  for (const symbol of symbols) {
    const isSame = base !== null && tip !== null && partText(base, symbol) === partText(tip, symbol);
    if (isSame) continue;
    const at = tip === null ? undefined : spansOf(tip.outline, [symbol])[0];
    const line = at === undefined ? undefined : tip?.source.lineAt(at.from);
    const doubt = base === null || tip === null ? 'may have been' : 'was';
    found.push(breach(path, `\`${symbol}\` ${doubt} changed, which this task must leave alone`, line));
  }
  return found;
}

async function readVersion(path: string, text: string | null): Promise<Version | null> {
  const language = languageOf(path);
  const source = text === null || language === null ? null : await parseSource(text, language);
  return source === null ? null : { source, outline: outlineOf(source) };
}

function spansOf({ symbols }: Outline, names: readonly string[]): readonly Span[] {
  return symbols.filter(({ name }) => names.includes(name));
}

function partText({ source, outline }: Version, name: string): string {
  return spansOf(outline, [name])
    .map((span) => textOf(source, span))
    .join('\n');
}

/** Parts that only the file, or the class of an allowed part, can see: what a change of that part may need. */
function newHelpers(base: Outline, tip: Outline, allowed: readonly string[]): Outline['symbols'] {
  const known = new Set(base.symbols.map(({ name }) => name));
  const homes = new Set(['', ...allowed.map(homeOf)]);
  return tip.symbols.filter(({ name, hidden }) => hidden && !known.has(name) && homes.has(homeOf(name)));
}

function homeOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

function missing({ path, symbols }: PartsQuestion, base: Outline, tip: Outline): readonly Judgement[] {
  return symbols
    .filter((name) => spansOf(tip, [name]).length === 0)
    .map((name) =>
      spansOf(base, [name]).length > 0
        ? note(path, `\`${name}\` is no longer there`)
        : note(path, `has no part of the name \`${name}\`, neither on the base nor at the tip`),
    );
}

interface LineRange {
  readonly start: number;
  readonly end: number;
}

interface Outside {
  readonly path: string;
  readonly range: LineRange;
  readonly allowed: string;
  readonly version: Version;
  readonly where: string;
}

function outsideBreach({ path, range: { start, end }, allowed, version, where }: Outside): Judgement {
  const lines = start === end ? `line ${start}` : `lines ${start} to ${end}`;
  const inner = innermost(version, start);
  const of = inner === null ? '' : ` (in \`${inner}\`)`;
  const verb = where === '' ? 'changed' : 'changed or removed';
  return breach(
    path,
    `${lines}${where}${of} ${verb}, outside of ${allowed}, the only part of the file that may change`,
    start,
  );
}

/** The smallest part around a line; null at the top of the file. */
function innermost({ source, outline }: Version, line: number): string | null {
  let found: (Span & { readonly name: string }) | null = null;
  for (const symbol of outline.symbols) {
    if (source.lineAt(symbol.from) > line || source.lineAt(symbol.to - 1) < line) continue;
    if (found === null || symbol.to - symbol.from <= found.to - found.from) found = symbol;
  }
  return found?.name ?? null;
}

function rangesOf(lines: readonly number[]): readonly LineRange[] {
  const ranges: { start: number; end: number }[] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && last.end >= line - 1) last.end = line;
    else ranges.push({ start: line, end: line });
  }
  return ranges;
}
