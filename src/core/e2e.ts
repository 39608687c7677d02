/** The look at a merged application in a browser: which work is asked for it, and what comes of it. */

import type { Task } from './plan.ts';

export interface Viewport {
  readonly name: string;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

export const VIEWPORTS: readonly Viewport[] = [
  { name: 'mobile', width: 375, height: 667 },
  { name: 'tablet', width: 768, height: 1024 },
  { name: 'desktop', width: 1280, height: 800 },
  { name: 'wide', width: 1920, height: 1080 },
];

/** How the application is started and looked at. */
export interface E2eSettings {
  /** Shell command that starts it, and ends only with it. */
  readonly start: string;
  /** `{port}` stands for the slot's first port. */
  readonly url: string;
  /** Pages, each from the root of the URL. */
  readonly paths: readonly string[];
  /** Shell command of the project's interactive tests. */
  readonly test?: string;
  /** From the start of the application to the end of its tests. */
  readonly timeoutMs: number;
  /** Share of a picture's pixels that may differ from its baseline, from 0 to 1. */
  readonly threshold: number;
  /** Folder of the baselines, from the repository's root. */
  readonly baseline: string;
}

/** `not run`: nothing can be said of the work. It is never taken for passed. */
export type E2eStatus = 'passed' | 'failed' | 'not run';

export interface E2ePicture {
  /** Name of its file, in `current/` and `diff/` of the folder and in the folder of the baselines. */
  readonly name: string;
  readonly path: string;
  readonly viewport: string;
  /** `no baseline`: there was nothing to compare it with. */
  readonly is: 'alike' | 'regression' | 'no baseline';
  /** Of the pixels that differ, from 0 to 1; absent where sizes differ, or there is nothing to compare. */
  readonly share?: number;
  /** There is a picture of the difference. */
  readonly hasDiff?: true;
}

export interface InteractiveTests {
  readonly exitCode: number | null;
  /** Absent where the output does not tell. */
  readonly counts?: { readonly passed: number; readonly total: number };
}

export interface E2eResult {
  readonly status: E2eStatus;
  /** Why it was not run, for people; empty otherwise. */
  readonly detail: string;
  /** Names of those that every page was looked at in. */
  readonly viewports: readonly string[];
  readonly pictures: readonly E2ePicture[];
  /** What is wrong, one line each; bounded. */
  readonly findings: readonly string[];
  /** What is worth knowing and counts against nobody. */
  readonly notes: readonly string[];
  /** Null where no tests are configured, or they were not reached. */
  readonly tests: InteractiveTests | null;
  /** Last part of what the application or its tests printed, where that shows what is wrong. */
  readonly output: string;
  /** Absolute; holds `current/` and `diff/`, and stays as long as the run's logs. Absent without pictures. */
  readonly folder?: string;
  /** The pictures are in `.claude/screenshots` of the user's checkout as well, until the next look. */
  readonly isInCheckout?: true;
  readonly durationMs: number;
}

/** Says that it was asked for and could not be done. */
export function e2eNotRun(detail: string): E2eResult {
  return {
    status: 'not run',
    detail,
    viewports: [],
    pictures: [],
    findings: [],
    notes: [],
    tests: null,
    output: '',
    durationMs: 0,
  };
}

export const NOT_CONFIGURED = 'no e2e.start configured';

export function regressionsOf({ pictures }: Pick<E2eResult, 'pictures'>): number {
  return pictures.filter((picture) => picture.is === 'regression').length;
}

const UI_FILE =
  /\.(?:tsx|jsx|vue|svelte|astro|css|scss|sass|less|styl|html?|hbs|handlebars|ejs|pug|njk|liquid|mustache|twig|erb|haml|slim|jinja2?|j2|cshtml|razor|blade\.php)$/i;
const TEMPLATE_FOLDER = /(?:^|\/)templates?\//i;
/** Nobody sees these in the application. */
const TEST_FILE = /(?:^|\/)(?:__tests__|tests?|e2e|fixtures)\/|\.(?:test|spec|stories)\.[^/]*$/i;

/** A file whose change may be seen in a browser. */
export function isUiFile(path: string): boolean {
  return (UI_FILE.test(path) || TEMPLATE_FOLDER.test(path)) && !TEST_FILE.test(path);
}

/** Work on the front end always is looked at, work on the back end never, any other where it changes what is seen. */
export function asksForE2e({ workType }: Pick<Task, 'workType'>, changed: readonly string[]): boolean {
  if (workType === 'FRONTEND') return true;
  return workType !== 'BACKEND' && changed.some(isUiFile);
}
