/**
 * One file that two sides changed, resolved where nobody needs to be asked: each added imports, declarations, tests,
 * dependencies or keys, and none that the other has. Pure. What comes out parses, and holds what each side has.
 */

import { clipEnd } from '../../core/clip.ts';
import type { ResolvedTexts } from '../../core/dropped-lines.ts';
import type { ResolutionPattern } from '../../core/merge-result.ts';
import { printableLine } from '../../core/printable.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { outlineOf } from '../symbols/outline.ts';
import { type Language, languageOf, parseSource } from '../symbols/syntax.ts';
import { codePieces } from './code-pieces.ts';
import { jsonRoot, yamlPieces } from './data-pieces.ts';
import { checksumsBody, ignoreBody, requirementsBody, tomlBody } from './line-bodies.ts';
import { mergeBodies } from './merge-bodies.ts';
import { type Body, bodyLines, type SegmentKind } from './segments.ts';
import { Tiler } from './tile.ts';
import { isMergeOf, PACKAGE_TABLES, packageClashes, READERS, type Reader } from './values.ts';
import { flawOfLines, flawOfNames } from './verify.ts';

export interface ConflictTexts {
  /** From the repository's root. */
  readonly path: string;
  /** Null where both sides made the file. */
  readonly base: string | null;
  readonly ours: string;
  readonly theirs: string;
}

export interface ResolvedText {
  readonly text: string;
  readonly patterns: readonly ResolutionPattern[];
}

/** In UTF-16 code units. */
const LONGEST_TEXT = 1024 * 1024;
const REASON_BYTES = 300;

/** The error says in words why the file is left as it is. */
export async function resolveText(texts: ConflictTexts): Promise<Result<ResolvedText, string>> {
  const resolved = await attempted(texts);
  return resolved.ok ? resolved : err(clipEnd(printableLine(resolved.error), REASON_BYTES));
}

/** Parsers of libraries may fail with anything on what an agent wrote, on what is nested a thousand times, say. */
async function attempted(texts: ConflictTexts): Promise<Result<ResolvedText, string>> {
  try {
    return await resolveBy(formatOf(texts.path), texts);
  } catch (error) {
    return err(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Format {
  readonly body: (text: string) => Promise<Body | null> | Body | null;
  /** What the text says, for settings. */
  readonly value?: Reader;
  readonly language?: Language;
  /** Of a file that both sides made. */
  readonly empty: string;
}

function formatOf(path: string): Format | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const language = languageOf(path);
  if (language !== null) return { body: (text) => codeBody(text, language), language, empty: '' };
  if (/\.(?:json|jsonc|webmanifest)$/.test(name))
    return { body: (text) => jsonBody(text, name), value: READERS.json, empty: '{\n}\n' };
  if (/\.ya?ml$/.test(name)) return { body: yamlBody, value: READERS.yaml, empty: '' };
  if (name.endsWith('.toml')) return { body: tomlBody, value: READERS.toml, empty: '' };
  if (/^(?:requirements|constraints).*\.txt$/.test(name)) return { body: requirementsBody, empty: '' };
  if (name === 'go.sum') return { body: checksumsBody, empty: '' };
  return /^\.\w+ignore$/.test(name) ? { body: ignoreBody, empty: '' } : null;
}

async function codeBody(text: string, language: Language): Promise<Body | null> {
  const source = await parseSource(text, language);
  const pieces = source === null ? null : codePieces(source);
  return pieces === null ? null : new Tiler(text).whole(pieces);
}

function jsonBody(text: string, name: string): Body | null {
  const isPackages = name === 'package.json';
  const root = jsonRoot(
    text,
    ([table, ...below]) => isPackages && below.length === 0 && PACKAGE_TABLES.includes(table ?? ''),
  );
  return root === null ? null : new Tiler(text).root(root);
}

function yamlBody(text: string): Body | null {
  const pieces = yamlPieces(text);
  return pieces === null ? null : new Tiler(text).whole(pieces);
}

const PATTERNS: Readonly<Record<SegmentKind, ResolutionPattern | null>> = {
  import: 'imports',
  symbol: 'symbols',
  test: 'tests',
  dependency: 'dependencies',
  key: 'keys',
  entry: 'entries',
  comment: null,
  other: null,
};

async function resolveBy(
  format: Format | null,
  { path, ...given }: ConflictTexts,
): Promise<Result<ResolvedText, string>> {
  if (format === null) return err('no files of this kind are looked into');
  const texts = { ...given, base: given.base ?? format.empty };
  const all = [texts.base, texts.ours, texts.theirs];
  if (all.some((text) => text.length > LONGEST_TEXT)) return err('it is too large');
  const [base, ours, theirs] = await Promise.all(all.map((text) => format.body(text)));
  if (base == null || ours == null || theirs == null)
    return err('one of its versions cannot be taken apart into lines that have a name');
  const { body, kinds, problems } = mergeBodies({ base, ours, theirs });
  if (problems.length > 0) return err([...new Set(problems)].join('; '));
  const patterns = [...kinds].flatMap((kind) => PATTERNS[kind] ?? []);
  if (patterns.length === 0) return err('what conflicts is not what both added');
  const text = bodyLines(body).join('\n');
  const flaw = await flawOf(format, { path, ...texts, result: text }, patterns.includes('imports'));
  return flaw === null ? ok({ text, patterns }) : err(flaw);
}

/** By other means than it was made; null when it is as it should be. */
async function flawOf(format: Format, texts: ResolvedTexts, writes: boolean): Promise<string | null> {
  const { base, ours, theirs, result } = texts;
  if ((await format.body(result)) === null) return 'what comes out cannot be read';
  const lines = flawOfLines(texts, { writes });
  if (lines !== null) return lines;
  const { value, language } = format;
  if (value !== undefined) return flawOfValue(value, texts);
  if (language === undefined) return null;
  const [before, own, other, after] = await Promise.all(
    [base, ours, theirs, result].map((text) => namesOf(text, language)),
  );
  return flawOfNames([before ?? [], own ?? [], other ?? []], after ?? []);
}

function flawOfValue(read: Reader, { path, base, ours, theirs, result }: ResolvedTexts): string | null {
  const values = { base: read(base), ours: read(ours), theirs: read(theirs) };
  if (!isMergeOf(read(result), values)) return 'what comes out does not say what both say';
  const clashes = path.endsWith('package.json') ? packageClashes(values) : [];
  return clashes.length > 0 ? `both add ${clashes.join(', ')}, in another way` : null;
}

/** Of everything that is declared, and of what is imported. */
async function namesOf(text: string, language: Language): Promise<readonly string[]> {
  const source = await parseSource(text, language);
  if (source === null) return [];
  const imported = (codePieces(source) ?? []).flatMap(({ kind, binds = [] }) =>
    kind === 'import' ? binds.map((name) => `import ${name}`) : [],
  );
  return [...outlineOf(source).symbols.map(({ name }) => name), ...imported];
}
