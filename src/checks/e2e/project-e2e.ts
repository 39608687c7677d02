/** The `E2e` port: the application of a commit and a browser together in one job of a slot, behind its walls. */

import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type E2eResult, e2eNotRun, VIEWPORTS } from '../../core/e2e.ts';
import { safeName } from '../../core/names.ts';
import type { E2e, E2eRequest } from '../../ports/e2e.ts';
import type { Mount } from '../../ports/sandbox.ts';
import type { Slot } from '../../ports/worktree.ts';
import { DEFAULT_PATH } from '../../process/find-program.ts';
import { type CommitJobParts, type EndedJob, runCommitJob, type SlotCall } from '../commit-job.ts';
import { checkFiles, shownOutput } from '../slot-job.ts';
import { type DriverFacts, type DriverRequest, driverFacts, FACTS_FILE } from './driver-facts.ts';
import { findBrowser } from './find-browser.ts';
import { judgeFacts } from './judge-facts.ts';
import {
  type Checkout,
  type KeptPictures,
  keepPictures,
  readRegular,
  showPictures,
} from './keep-pictures.ts';
import { pagesOf } from './pages.ts';

export interface ProjectE2eParts extends CommitJobParts {
  /** Absolute folder of a run's looks; their pictures stay there. */
  readonly folder: (run: string) => string;
  /** As the user named it; undefined: it is looked for. */
  readonly browser: string | undefined;
  readonly checkout: Checkout;
  readonly isRoot: boolean;
}

// Built code lies beside this file under the name that its own kind has.
const KIND = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const DRIVER = fileURLToPath(new URL(`./driver-main.${KIND}`, import.meta.url));
/** The driver ends by itself; this is for one that cannot. */
const SLACK_MS = 60_000;
const LARGEST_FACTS = 5_000_000;
/** What the driver imports. They may be installed beside Coxswain, and not in it. */
const PACKAGES = ['playwright-core', 'pixelmatch', 'pngjs'];

/** What is known once the slot is. */
interface Look {
  readonly request: E2eRequest;
  readonly folder: string;
  readonly out: string;
}

export class ProjectE2e implements E2e {
  readonly #parts: ProjectE2eParts;

  constructor(parts: ProjectE2eParts) {
    this.#parts = parts;
  }

  look(request: E2eRequest, signal: AbortSignal): Promise<E2eResult | null> {
    const { run, key, commit, isolation, settings } = request;
    const folder = join(this.#parts.folder(run), safeName(key));
    const look = { request, folder, out: join(folder, 'out') };
    let url = settings.url;
    return runCommitJob<E2eResult>(
      this.#parts,
      {
        holder: { run, key: `e2e/${key}` },
        commit,
        isolation,
        folder,
        timeoutMs: settings.timeoutMs + SLACK_MS,
        call: async (slot, env) => {
          url = settings.url.replaceAll('{port}', String(slot.portBase));
          return this.#call(look, slot, { ...env, PORT: String(slot.portBase) });
        },
        judge: (end, job) => this.#judge(look, end, { job, url }),
        notRun: (detail) => e2eNotRun(detail),
      },
      signal,
    );
  }

  async #call(
    { request, folder, out }: Look,
    slot: Slot,
    env: Readonly<Record<string, string>>,
  ): Promise<SlotCall | string> {
    const { settings } = request;
    const isWalled = slot.confined !== undefined && slot.confined.mounts !== null;
    if (!isWalled && this.#parts.isRoot)
      return 'a browser of root has no sandbox of its own, and there is none around it here; install bubblewrap or run as a user';
    const searchPath = env['PATH'] ?? DEFAULT_PATH;
    const home = this.#parts.host['HOME'] || homedir();
    const wanted = this.#parts.browser;
    const found = findBrowser({ searchPath, home, ...(wanted === undefined ? {} : { wanted }) });
    if (!found.ok) return found.error;
    // A job that was begun before a crash has its folder.
    if (!existsSync(checkFiles(folder).job)) await rm(out, { recursive: true, force: true });
    await mkdir(out, { recursive: true, mode: 0o700 });
    const asked: DriverRequest = {
      worktree: slot.path,
      out,
      start: settings.start,
      ...(settings.test === undefined ? {} : { test: settings.test }),
      url: settings.url.replaceAll('{port}', String(slot.portBase)),
      pages: pagesOf(settings.paths),
      viewports: VIEWPORTS,
      baseline: settings.baseline,
      browser: found.value,
      isWalled,
      timeoutMs: settings.timeoutMs,
    };
    const node = [process.execPath, '--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
    return { slot: shownTo(slot, out), argv: [...node, DRIVER, JSON.stringify(asked)], env };
  }

  async #judge(
    { request, folder, out }: Look,
    { exitCode, durationMs, note }: EndedJob,
    { job, url }: { readonly job: string; readonly url: string },
  ): Promise<E2eResult> {
    const { settings } = request;
    const facts = readFacts(await readRegular(join(out, FACTS_FILE), LARGEST_FACTS));
    const kept = await keepPictures(out, folder, pictureNames(settings.paths));
    await rm(out, { recursive: true, force: true });
    if (facts === null) {
      const output = await shownOutput(job, note);
      // What runs into a limit may be the application; what ends by itself without a word is no fault of the work.
      if (note === '') return { ...e2eNotRun(`the browser's driver ended with exit ${exitCode}`), output };
      const finding = `it could not be looked at to the end: ${note}`;
      return { ...e2eNotRun(''), status: 'failed', findings: [finding], output, durationMs };
    }
    const result = judgeFacts({ facts, settings, folder, kept, url, durationMs });
    return (await this.#show(folder, kept)) ? { ...result, isInCheckout: true } : result;
  }

  async #show(folder: string, kept: KeptPictures): Promise<boolean> {
    return kept.current.size > 0 && (await showPictures(this.#parts.checkout, folder, kept));
  }
}

/** The slot as the driver sees it. */
function shownTo(slot: Slot, out: string): Slot {
  const { confined } = slot;
  if (confined?.mounts === undefined || confined.mounts === null) return slot;
  const mounts: readonly Mount[] = [
    ...confined.mounts,
    ...packageFolders().map((path) => ({ from: path, at: path, writable: false })),
    { from: out, at: out, writable: true },
  ];
  return { ...slot, confined: { ...confined, mounts } };
}

function packageFolders(): string[] {
  return PACKAGES.map((name) => {
    const entry = fileURLToPath(import.meta.resolve(name));
    let folder = dirname(entry);
    while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
    return folder;
  });
}

function pictureNames(paths: readonly string[]): string[] {
  return pagesOf(paths).flatMap((page) => VIEWPORTS.map((viewport) => `${page.name}-${viewport.name}.png`));
}

function readFacts(bytes: Buffer | null): DriverFacts | null {
  if (bytes === null) return null;
  try {
    const read = driverFacts.safeParse(JSON.parse(bytes.toString('utf8')));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
