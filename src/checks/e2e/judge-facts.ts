/** From what the driver saw to what is held against the work, in lines for people and for the next try. */

import { join } from 'node:path';
import {
  type E2ePicture,
  type E2eResult,
  type E2eSettings,
  e2eNotRun,
  type InteractiveTests,
  VIEWPORTS,
} from '../../core/e2e.ts';
import { printable, printableLine } from '../../core/printable.ts';
import { lastPart } from '../../process/output-text.ts';
import type { Comparison, DriverFacts, Visit } from './driver-facts.ts';
import { testCounts } from './test-counts.ts';

export interface Judging {
  readonly facts: DriverFacts;
  readonly settings: Pick<E2eSettings, 'paths' | 'test' | 'threshold' | 'baseline' | 'timeoutMs'>;
  /** Absolute; where the pictures are kept. */
  readonly folder: string;
  /** Names of files that are there, in `current` and in `diff`. */
  readonly kept: { readonly current: ReadonlySet<string>; readonly diff: ReadonlySet<string> };
  readonly url: string;
  readonly durationMs: number;
}

const MOST_FINDINGS = 40;
const MOST_NOTES = 20;
const OUTPUT = { bytes: 4000, lines: 40 };

export function judgeFacts(judging: Judging): E2eResult {
  const { facts, url, durationMs } = judging;
  const { application } = facts;
  switch (application.is) {
    case 'port-taken':
      return { ...e2eNotRun(`something else answers at ${url} already`), durationMs };
    case 'ended': {
      const how = application.exitCode === null ? 'was ended' : `ended with exit ${application.exitCode}`;
      return broken(`the application ${how} before it answered at ${url}`, application.output, durationMs);
    }
    case 'silent': {
      const after = Math.round(application.afterMs / 1000);
      const finding = `the application did not answer at ${url} within ${after} s`;
      return broken(finding, application.output, durationMs);
    }
    case 'answered':
      return facts.noBrowser === undefined
        ? judgeVisits(judging, application.output)
        : {
            ...e2eNotRun(`the browser could not be started: ${printableLine(facts.noBrowser)}`),
            tests: testsOf(facts),
            durationMs,
          };
  }
}

function broken(finding: string, output: string, durationMs: number): E2eResult {
  const shown = lastPart(printable(output), OUTPUT);
  return { ...e2eNotRun(''), status: 'failed', findings: [finding], output: shown, durationMs };
}

function judgeVisits(judging: Judging, said: string): E2eResult {
  const { facts, settings, folder, durationMs } = judging;
  const tests = testsOf(facts);
  const isRed = tests !== null && tests.exitCode !== 0;
  const cut = facts.isCutShort
    ? [`time was up after ${settings.timeoutMs / 1000} s, before all pages had been looked at`]
    : [];
  const findings = [
    ...cut,
    ...facts.visits.flatMap((visit) => visitFindings(visit, judging)),
    ...messageFindings(facts.visits),
    ...(isRed ? [testFinding(tests)] : []),
  ].map(printableLine);
  const pictures = facts.visits.flatMap((visit) => pictureOf(visit, judging));
  const wanted = settings.paths.length;
  return {
    status: findings.length === 0 ? 'passed' : 'failed',
    detail: '',
    viewports: VIEWPORTS.map(({ name }) => name).filter(
      (name) => facts.visits.filter(({ viewport }) => viewport === name).length === wanted,
    ),
    pictures,
    findings: bounded(findings, MOST_FINDINGS),
    notes: bounded(notesOf(judging, pictures).map(printableLine), MOST_NOTES),
    tests,
    output:
      findings.length === 0 ? '' : lastPart(printable(isRed ? (facts.tests?.output ?? '') : said), OUTPUT),
    ...(pictures.length === 0 ? {} : { folder }),
    durationMs,
  };
}

function testsOf({ tests }: DriverFacts): InteractiveTests | null {
  if (tests === undefined) return null;
  const counts = testCounts(tests.output);
  return { exitCode: tests.exitCode, ...(counts === null ? {} : { counts }) };
}

function testFinding({ exitCode, counts }: InteractiveTests): string {
  const how = exitCode === null ? 'stopped' : `exit ${exitCode}`;
  const many = counts === undefined ? '' : `: ${counts.total - counts.passed} of ${counts.total} failed`;
  return `the interactive tests did not pass (${how})${many}`;
}

/** What differs from one viewport to the next. */
function visitFindings(visit: Visit, judging: Judging): string[] {
  const place = placeOf(visit.path, [visit.viewport]);
  const found: string[] = [];
  const { status, problem, width, windowWidth, widest } = visit;
  if (problem !== undefined) found.push(`${place}: it could not be looked at: ${problem}`);
  if (status !== null && status >= 400) found.push(`${place}: the page answers ${status}`);
  if (width !== undefined && windowWidth !== undefined && width > windowWidth) {
    const cause =
      widest === undefined ? '' : `; ${widest.selector} (${widest.width} px wide) reaches farthest`;
    found.push(
      `${place}: horizontal overflow, the content is ${width} px wide and the window ${windowWidth}${cause}`,
    );
  }
  const regression = regressionOf(visit.comparison, judging.settings.threshold);
  return regression === null ? found : [...found, `${place}: ${regression}${diffPlace(visit, judging)}`];
}

/** Null where it is none. */
function regressionOf(comparison: Comparison | undefined, threshold: number): string | null {
  if (comparison?.is === 'other-size') {
    const { now, baseline } = comparison;
    return `visual regression, the picture is ${now.width}×${now.height} and its baseline ${baseline.width}×${baseline.height}`;
  }
  if (comparison?.is === 'unreadable') return `its baseline cannot be compared: ${comparison.detail}`;
  if (comparison?.is !== 'same-size' || comparison.share <= threshold) return null;
  const { share, area } = comparison;
  const where =
    area === undefined ? '' : `, between ${area[0]},${area[1]} and ${area[2]},${area[3]} from the top left`;
  return `visual regression, ${percent(share)} of the pixels differ from the baseline${where}`;
}

function diffPlace({ picture = '' }: Visit, { kept, folder }: Judging): string {
  return kept.diff.has(picture) ? `; see ${join(folder, 'diff', picture)}` : '';
}

/** What pages complain of is the same in most viewports, and said once. */
function messageFindings(visits: readonly Visit[]): string[] {
  const WORDS = { console: 'console error', page: 'page error', request: 'failed request' } as const;
  const seen = new Map<string, { readonly path: string; readonly text: string; viewports: string[] }>();
  for (const { path, viewport, errors } of visits) {
    for (const { kind, text } of errors) {
      const line = `${WORDS[kind]}: ${text}`;
      const key = JSON.stringify([path, line]);
      const known = seen.get(key) ?? { path, text: line, viewports: [] };
      known.viewports.push(viewport);
      seen.set(key, known);
    }
  }
  return [...seen.values()].map(({ path, text, viewports }) => `${placeOf(path, viewports)}: ${text}`);
}

function placeOf(path: string, viewports: readonly string[]): string {
  const named = VIEWPORTS.filter(({ name }) => viewports.includes(name));
  if (named.length === VIEWPORTS.length) return `${path} in every viewport`;
  return `${path} at ${named.map(({ name, width, height }) => `${name} (${width}×${height})`).join(', ')}`;
}

function pictureOf(visit: Visit, { settings, kept }: Judging): E2ePicture[] {
  const { picture: name, path, viewport, comparison } = visit;
  if (name === undefined || !kept.current.has(name)) return [];
  const share = comparison?.is === 'same-size' ? { share: comparison.share } : {};
  const is =
    comparison === undefined || comparison.is === 'none'
      ? 'no baseline'
      : regressionOf(comparison, settings.threshold) === null
        ? 'alike'
        : 'regression';
  const diff = kept.diff.has(name) ? ({ hasDiff: true } as const) : {};
  return [{ name, path, viewport, is, ...share, ...diff }];
}

function notesOf({ facts, settings }: Judging, pictures: readonly E2ePicture[]): string[] {
  const without = pictures.filter((picture) => picture.is === 'no baseline').length;
  const cut = facts.visits.filter(({ isCut }) => isCut === true).map(({ path }) => path);
  const foreign = new Set(facts.visits.flatMap((visit) => visit.foreign));
  return [
    ...(without === 0
      ? []
      : [
          `no baseline for ${without} of ${pictures.length} pictures in ${settings.baseline}: not compared with anything`,
        ]),
    ...[...new Set(cut)].map((path) => `${path} is so tall that only its beginning was compared`),
    ...[...foreign].map((text) => `elsewhere than at the application: ${text}`),
  ];
}

function bounded(lines: readonly string[], most: number): string[] {
  const rest = lines.length - most;
  return rest <= 0 ? [...lines] : [...lines.slice(0, most), `and ${rest} more`];
}

/** Two digits that say something: `3.2 %`, `0.51 %`. */
function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
