/** Example inputs of every family: a folder each, with what is to be read from it in expected.json. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../core/finding.ts';
import type { PlanFormat } from '../core/plan.ts';
import { detectFamily, type Listing } from '../formats/detect.ts';
import { LocatedText } from '../formats/located-text.ts';
import type { PlanFiles, ReadPlan } from '../formats/plan-files.ts';

type Texts = ReadonlyMap<string, string>;

export interface Example {
  /** `plan-md/matrix`. */
  readonly name: string;
  readonly expectedFile: string;
  /** By path in the example's folder. */
  readonly texts: Texts;
}

export interface Reading extends ReadPlan {
  readonly format: PlanFormat;
}

const FORMATS = fileURLToPath(new URL('../formats', import.meta.url));
const EXPECTED = 'expected.json';

export function planExamples(): readonly Example[] {
  const families = readdirSync(FORMATS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return families.flatMap(({ name: family }) => {
    const folder = join(FORMATS, family, 'examples');
    return readdirSync(folder)
      .toSorted()
      .map((name) => exampleIn(`${family}/${name}`, join(folder, name)));
  });
}

function exampleIn(name: string, folder: string): Example {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== EXPECTED)
    .toSorted();
  const texts = new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  return { name, expectedFile: join(folder, EXPECTED), texts };
}

/** As the family reads it that the files are found to be of; null for none. */
export function readTexts(texts: Texts): Reading | null {
  const isOfRepository = (path: string): boolean => path.startsWith('.claude/agents/');
  const paths = [...texts.keys()];
  const own = paths.filter((path) => !isOfRepository(path));
  const listing = listingOf(own, texts);
  const family = detectFamily(listing);
  if (family === null) return null;
  const file = family.fileOf?.(listing);
  const pick = (wanted: readonly string[]): PlanFiles => ({
    files: new Map(wanted.map((path) => [path, texts.get(path) ?? ''])),
  });
  const wanted = file === undefined ? own.filter((path) => family.wants(path)) : [file];
  return {
    format: family.format,
    ...family.read(pick(wanted), { agentFiles: pick(paths.filter(isOfRepository)) }),
  };
}

/** A single Markdown file is given as a file, so that it is told by what it holds. */
function listingOf(own: readonly string[], texts: Texts): Listing {
  const [only, ...others] = own;
  if (only !== undefined && others.length === 0 && only.endsWith('.md') && only !== 'MULTI_AGENT_PLAN.md')
    return { kind: 'file', name: only, text: texts.get(only) ?? '' };
  const names = own.map((path) => path.replace(/\/.*$/s, '/'));
  return { kind: 'folder', names: [...new Set(names)] };
}

/** In the form of expected.json. */
export function readingText(reading: Reading | null): string {
  if (reading === null) return 'null\n';
  const { format, plan, findings } = reading;
  // Prompts have tests of their own; here they would hide the rest.
  const tasks = plan?.tasks.map(({ prompt: _, ...task }) => task);
  const shown = { format, plan: plan === undefined ? null : { ...plan, tasks }, findings };
  return `${JSON.stringify(shown, null, 2)}\n`;
}

/** Each finding stands within the file that it names, and says what is wrong and what to do. */
export function assertPlaced(findings: readonly Finding[], files: Texts): void {
  for (const { file, line, column, message, remedy } of findings) {
    assert.ok(message !== '' && remedy !== '');
    assert.ok(files.has(file) || (line === 1 && column === 1), `there is no ${file}`);
    const lines = new LocatedText(file, files.get(file) ?? '').text.split(/\r\n?|\n/);
    assert.ok(line >= 1 && line <= lines.length, `${file}:${line}`);
    assert.ok(column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1, `${file}:${line}:${column}`);
  }
}
