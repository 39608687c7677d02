/** What an integration reads of a plan's folder, and writes into it: its report, and the key of a manifest. */

import { lstat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { CheckStatus } from '../core/proof.ts';
import { ok, type Result } from '../core/result.ts';
import { type IntegrationWord, withIntegration } from '../formats/manifest/integration-key.ts';
import { prdIn, techSpecIn } from '../formats/manifest/sources.ts';
import { repositoryPath } from '../formats/repository-path.ts';
import { integrationReport } from '../views/integration-report.ts';
import type { PlanSources } from '../views/integration-rows.ts';
import type { IntegrationView } from '../views/integration-view.ts';
import { FOLDER_LIMITS, isWithin, kindOf, readLinked, readText } from './read-folder.ts';
import { replaceText, type WriteProblem, writeText } from './write-text.ts';

export interface WrittenIntegration {
  /** Absolute path of the report; null when it could not be written. */
  readonly report: string | null;
  /** Absolute path of the manifest whose key was set; null where there is none, or it was left as it is. */
  readonly manifest: string | null;
  /** One for each file that could not be written. */
  readonly problems: readonly string[];
}

const MANIFEST = 'manifest.json';
const REPORT = 'integration-report.md';

/** Never rejects: what the plan, a folder or a file, does not tell is null. `root` is the repository's top level. */
export async function readSources(plan: string, root: string): Promise<PlanSources> {
  const text = await readLinked(plan, MANIFEST, FOLDER_LIMITS.file);
  const manifest = text.ok ? parsed(text.value) : {};
  const techSpec = techSpecIn(manifest)?.value ?? null;
  const prd = prdIn(manifest)?.value ?? null;
  const path = isWithin(root, plan) ? relative(root, plan).split(sep).join('/') || '.' : plan;
  return { path, prd, techSpec, hasTechSpec: techSpec !== null && (await isFileOf(root, techSpec)) };
}

/** Each file whole or not at all. Never rejects for the disk's or the folder's sake. */
export async function writeIntegration(folder: string, view: IntegrationView): Promise<WrittenIntegration> {
  const report = await writeText(join(folder, REPORT), integrationReport(view));
  const manifest = await writeManifest(join(folder, MANIFEST), view);
  return {
    report: report.ok ? report.value : null,
    manifest: manifest?.ok === true ? manifest.value : null,
    problems: [report, manifest].flatMap((each) => (each === null || each.ok ? [] : [each.error.message])),
  };
}

/** Null where there is none: other plans have no such file. */
async function writeManifest(
  path: string,
  view: IntegrationView,
  tries = 3,
): Promise<Result<string, Pick<WriteProblem, 'message'>> | null> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return null;
  const refuse = (why: string): Result<string, Pick<WriteProblem, 'message'>> => ({
    ok: false,
    error: { message: `${path} was left as it is: ${why}` },
  });
  if (!found.isFile()) return refuse('it is no regular file');
  const text = await readText(path, FOLDER_LIMITS.file);
  if (!text.ok) return refuse(text.error);
  const of = (check: string): IntegrationWord =>
    wordOf(view.summary.find((row) => row.check === check)?.status ?? 'not run');
  const written = withIntegration(text.value, {
    status: view.status,
    report_path: REPORT,
    completed_at: view.generated_at,
    checks: {
      branch_merge: of('Branch Merge'),
      contract_compliance: of('Contract Compliance'),
      boundary_violations: of('Boundary Violations'),
      tests: of('Tests'),
    },
  });
  if (written === null) return refuse('it holds no JSON object');
  const replaced = await replaceText(path, { before: text.value, text: written, mode: found.mode });
  if (!replaced.ok) return replaced;
  if (replaced.value) return ok(path);
  // Somebody edits it: the key is put into what they have written.
  return tries > 1 ? await writeManifest(path, view, tries - 1) : refuse('it changes all the time');
}

/** What was not run has not passed. */
function wordOf(status: CheckStatus): IntegrationWord {
  return status === 'not run' ? 'warning' : status;
}

async function isFileOf(root: string, path: string): Promise<boolean> {
  const within = repositoryPath(path);
  return within.ok && (await kindOf(join(root, within.value))) === 'file';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return {};
  }
}
