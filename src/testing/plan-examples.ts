/** Example inputs of every family: a folder each, with what is to be read from it in expected.json. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detectFamily, type Family, type Listing } from '../formats/detect.ts';
import type { PlanFiles } from '../formats/plan-files.ts';

export interface Example {
  /** `plan-md/matrix`. */
  readonly name: string;
  readonly expectedFile: string;
  /** What is read now, in the form of expected.json. */
  readonly read: string;
}

const FORMATS = fileURLToPath(new URL('../formats', import.meta.url));
const EXPECTED = 'expected.json';

export function readExamples(): readonly Example[] {
  const families = readdirSync(FORMATS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return families.flatMap(({ name: family }) => {
    const folder = join(FORMATS, family, 'examples');
    return namesIn(folder).map((name) => readExample(`${family}/${name}`, join(folder, name)));
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

function readExample(name: string, folder: string): Example {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== EXPECTED);
  const texts = new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  const isOfRepository = (path: string): boolean => path.startsWith('.claude/agents/');
  const own = paths.filter((path) => !isOfRepository(path));
  const listing = listingOf(own, texts);
  const family = detectFamily(listing);
  const found =
    family === null ? null : readWith(family, listing, { texts, own, agents: paths.filter(isOfRepository) });
  const read = `${JSON.stringify(found, null, 2)}\n`;
  return { name, expectedFile: join(folder, EXPECTED), read };
}

/** A single Markdown file is given as a file, so that it is told by what it holds. */
function listingOf(own: readonly string[], texts: ReadonlyMap<string, string>): Listing {
  const [only, ...others] = own;
  if (only !== undefined && others.length === 0 && only.endsWith('.md') && only !== 'MULTI_AGENT_PLAN.md')
    return { kind: 'file', name: only, text: texts.get(only) ?? '' };
  const names = own.map((path) => path.replace(/\/.*$/s, '/'));
  return { kind: 'folder', names: [...new Set(names)] };
}

interface ExampleFiles {
  readonly texts: ReadonlyMap<string, string>;
  readonly own: readonly string[];
  readonly agents: readonly string[];
}

function readWith(family: Family, listing: Listing, { texts, own, agents }: ExampleFiles) {
  const file = family.fileOf?.(listing);
  const wanted = file === undefined ? own.filter((path) => family.wants(path)) : [file];
  const pick = (paths: readonly string[]): PlanFiles => ({
    files: new Map(paths.map((path) => [path, texts.get(path) ?? ''])),
  });
  const { plan, findings } = family.read(pick(wanted), { agentFiles: pick(agents) });
  // Prompts have tests of their own; here they would hide the rest.
  const tasks = plan?.tasks.map(({ prompt: _, ...task }) => task);
  return { format: family.format, plan: plan === undefined ? null : { ...plan, tasks }, findings };
}
