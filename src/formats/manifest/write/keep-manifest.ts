/**
 * A manifest folder that is copied: its own files stay byte for byte. Said here is what is put beside them, and what of a
 * manifest of the older form is written in its place.
 */

import { type Finding, isValid } from '../../../core/finding.ts';
import { err, ok, type Result } from '../../../core/result.ts';
import { FindingList } from '../../finding-list.ts';
import { LocatedText } from '../../located-text.ts';
import type { PlanFiles } from '../../plan-files.ts';
import { readJson } from '../../read-json.ts';
import { inPresentForm } from '../older-form.ts';
import { MANIFEST, readManifest, readTaskFiles } from '../read-manifest.ts';
import { lostBetween } from './compare-plans.ts';
import type { Imported, ImportPlace, ToImport } from './import-plan.ts';
import { promptTexts } from './prompt-texts.ts';
import { pagesOf } from './write-manifest.ts';

export interface CopiedFolder extends PlanFiles {
  /** Whether something of that path is copied. */
  has(path: string): boolean;
}

/** The files are those that are written beside the copied ones, or instead of them. */
export function keepManifest(
  given: ToImport,
  { files: texts, unreadable, has }: CopiedFolder,
  { folder, around }: ImportPlace,
): Result<Imported, readonly Finding[]> {
  const written = presentForm(texts);
  const files = new Map(written === null ? [] : [[MANIFEST, written]]);
  for (const [path, text] of pagesOf(given.plan)) if (!has(path)) files.set(path, text);
  const all = {
    files: new Map([...texts, ...files]),
    ...(unreadable === undefined ? {} : { unreadable }),
  };
  const { findings, ...read } = readManifest(all, { ...around, allowUnpinned: true });
  const { plan } = read;
  if (plan === undefined || !isValid(findings)) return err(findings);
  const { plan: made, prompts = [] } = readManifest(all, {
    ...around,
    allowUnpinned: true,
    promptsMade: true,
  });
  const places = new Map(prompts.map(({ task, path }) => [task, path]));
  for (const [path, text] of made === undefined ? [] : promptTexts(made, folder, places))
    if (!has(path)) files.set(path, text);
  return ok({ files, plan, changes: lostBetween(given, { ...read, plan }) });
}

type Table = Readonly<Record<string, unknown>>;

/** Null for a manifest that has the present form already. Everything else that it holds stays. */
function presentForm(texts: PlanFiles['files']): string | null {
  const findings = new FindingList();
  const document = readJson(new LocatedText(MANIFEST, texts.get(MANIFEST) ?? ''), findings);
  const present = document && inPresentForm(document, readTaskFiles(texts, findings), findings);
  if (document === null || present === null || !isTable(present.value)) return null;
  if (JSON.stringify(present.value) === JSON.stringify(document.value)) return null;
  const { tech_spec_id: id, name, title, ...rest } = present.value;
  const { metadata } = rest;
  const { tech_spec: path, total_tasks: total } = isTable(metadata) ? metadata : {};
  const isConverted = isTable(document.value) && document.value['waves'] === undefined;
  const left = {
    ...without(rest, 'tech_spec', { id, title, path }),
    ...(isConverted ? without(rest, 'tasks', { total, waves: ANY, files: ANY }) : {}),
  };
  return `${JSON.stringify({ tech_spec_id: id, name, title, ...rest, ...left }, null, 2)}\n`;
}

/** Stands for a value that the waves hold now. */
const ANY = Symbol('any');

/** One of the older form's own tables without what stands in the present one's places now, or none when nothing is left. */
function without(manifest: Table, key: string, taken: Table): Table {
  const table = manifest[key];
  if (!isTable(table)) return {};
  const left = Object.entries(table).filter(([name, value]) => {
    const now = Object.hasOwn(taken, name) ? taken[name] : undefined;
    return now !== ANY && JSON.stringify(now) !== JSON.stringify(value);
  });
  return { [key]: left.length === 0 ? undefined : Object.fromEntries(left) };
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
