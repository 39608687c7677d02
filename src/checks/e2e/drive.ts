/** Starts the application, looks at its pages, runs its interactive tests, and ends everything again. */

import { existsSync } from 'node:fs';
import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { printable, printableLine } from '../../core/printable.ts';
import { answers, ProjectCommand, untilAnswers } from './application.ts';
import { comparePictures } from './compare.ts';
import type { DriverFacts, DriverPage, DriverRequest, Visit } from './driver-facts.ts';
import { type Looked, lookAtPage } from './visit.ts';

const STEP_MS = 30_000;
const APPLICATION_CHARACTERS = 8000;
const TEST_CHARACTERS = 100_000;
const LARGEST_BASELINE = 50_000_000;

export interface Driving {
  readonly request: DriverRequest;
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Found = Pick<DriverFacts, 'noBrowser' | 'visits' | 'tests' | 'isCutShort'>;

const NOTHING: Found = { visits: [], isCutShort: false };

export async function drive({ request, env }: Driving): Promise<DriverFacts> {
  const { start, url, worktree: cwd, timeoutMs } = request;
  const began = Date.now();
  // Somebody else's application would be looked at.
  if (await answers(url)) return { application: { is: 'port-taken' }, ...NOTHING };
  const application = new ProjectCommand({ command: start, cwd, env, keeps: APPLICATION_CHARACTERS });
  try {
    const isUp = await untilAnswers(application, url, began + timeoutMs / 2);
    const afterMs = Date.now() - began;
    if (application.exitCode !== undefined) await application.end;
    const output = printable(application.output);
    const { exitCode } = application;
    if (!isUp && exitCode !== undefined)
      return { application: { is: 'ended', exitCode, output }, ...NOTHING };
    if (!isUp) return { application: { is: 'silent', afterMs, output }, ...NOTHING };
    const found = await lookAndTest({ request, env }, began + timeoutMs);
    // What it says of the requests that failed.
    return { application: { is: 'answered', afterMs, output: printable(application.output) }, ...found };
  } finally {
    await application.stop();
  }
}

async function lookAndTest(driving: Driving, deadline: number): Promise<Found> {
  const browser = await openBrowser(driving);
  const seen = typeof browser === 'string' ? null : await lookAtAll(browser, driving.request, deadline);
  const tests = await runTests(driving, deadline);
  return {
    ...(typeof browser === 'string' ? { noBrowser: browser } : {}),
    visits: seen?.visits ?? [],
    ...(tests === null ? {} : { tests }),
    isCutShort: seen?.isCutShort === true,
  };
}

/** A text says why there is none. */
async function openBrowser({ request, env }: Driving): Promise<Browser | string> {
  const { browser: executablePath, isWalled } = request;
  if (!existsSync(executablePath))
    return `${executablePath} cannot be seen in the sandbox; name its folder in sandbox.readable`;
  const proxy = env['HTTP_PROXY'] ?? env['http_proxy'];
  try {
    return await chromium.launch({
      executablePath,
      chromiumSandbox: !isWalled,
      timeout: STEP_MS,
      args: [
        '--disable-dev-shm-usage',
        '--disable-gpu',
        '--force-color-profile=srgb',
        '--font-render-hinting=none',
        '--disable-lcd-text',
        ...(proxy === undefined || proxy === '' ? [] : [`--proxy-server=${proxy}`]),
      ],
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return printableLine(text).slice(0, 1000);
  }
}

async function lookAtAll(
  browser: Browser,
  request: DriverRequest,
  deadline: number,
): Promise<{ readonly visits: Visit[]; readonly isCutShort: boolean }> {
  const visits: Visit[] = [];
  await mkdir(join(request.out, 'current'), { recursive: true });
  await mkdir(join(request.out, 'diff'), { recursive: true });
  try {
    for (const page of request.pages) {
      const stepMs = Math.min(STEP_MS, deadline - Date.now());
      if (stepMs <= 0) return { visits, isCutShort: true };
      const { url, viewports } = request;
      // Most of the time a page is waited for.
      const seen = await Promise.all(
        viewports.map((viewport) => lookAtPage(browser, { url, path: page.path, viewport, stepMs })),
      );
      for (const looked of seen) visits.push(await withPicture(looked, page, request));
    }
    return { visits, isCutShort: false };
  } finally {
    await browser.close().catch(() => undefined);
  }
}

async function withPicture(
  { visit, picture }: Looked,
  page: DriverPage,
  { worktree, baseline, out }: DriverRequest,
): Promise<Visit> {
  if (picture === undefined) return visit;
  const name = `${page.name}-${visit.viewport}.png`;
  await writeFile(join(out, 'current', name), picture);
  const known = await readBaseline(join(worktree, baseline, name));
  if (known === null) return { ...visit, picture: name, comparison: { is: 'none' } };
  const { comparison, diff } = comparePictures(picture, known);
  if (diff !== undefined) await writeFile(join(out, 'diff', name), diff);
  return { ...visit, picture: name, comparison };
}

async function readBaseline(file: string): Promise<Buffer | null> {
  try {
    const stat = await lstat(file);
    return stat.isFile() && stat.size <= LARGEST_BASELINE ? await readFile(file) : null;
  } catch {
    return null;
  }
}

/** Null where there are none. */
async function runTests(
  { request, env }: Driving,
  deadline: number,
): Promise<NonNullable<DriverFacts['tests']> | null> {
  const { test, url, worktree: cwd, browser } = request;
  if (test === undefined) return null;
  const known = { BASE_URL: url, COX_BASE_URL: url, COX_BROWSER: browser };
  const keeps = TEST_CHARACTERS;
  const tests = new ProjectCommand({ command: test, cwd, env: { ...env, ...known }, keeps });
  const timer = setTimeout(() => tests.stop().catch(() => undefined), Math.max(0, deadline - Date.now()));
  await tests.end;
  clearTimeout(timer);
  await tests.stop();
  return { exitCode: tests.exitCode ?? null, output: printable(tests.output) };
}
