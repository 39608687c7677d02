/** One page at one size: its picture, its width, and what it complains of. */

import { readFileSync } from 'node:fs';
import type { Browser, ConsoleMessage, Page, Request } from 'playwright-core';
import type { Viewport } from '../../core/e2e.ts';
import { printableLine } from '../../core/printable.ts';
import type { PageError, Visit } from './driver-facts.ts';

const MEASURE = readFileSync(new URL('./measure-page.js', import.meta.url), 'utf8');
/** Pages that poll never come to rest. */
const REST_MS = 2000;
/** A page that grows for ever has no whole picture. */
const TALLEST = 10_000;
const LONGEST_TEXT = 500;
const MOST_ERRORS = 50;

export interface PageLook {
  readonly url: string;
  readonly path: string;
  readonly viewport: Viewport;
  /** For each step. */
  readonly stepMs: number;
}

export interface Looked {
  readonly visit: Visit;
  /** A PNG; absent where there is none. */
  readonly picture?: Buffer;
}

interface Measured {
  readonly width: number;
  readonly windowWidth: number;
  readonly height: number;
  readonly widest?: { readonly selector: string; readonly width: number };
}

/** Each in a context of its own: no page sees what another has stored. */
export async function lookAtPage(browser: Browser, look: PageLook): Promise<Looked> {
  const { viewport, stepMs } = look;
  const context = await browser.newContext({
    viewport: { width: viewport.width, height: viewport.height },
    deviceScaleFactor: 1,
    reducedMotion: 'reduce',
    colorScheme: 'light',
    locale: 'en-US',
    timezoneId: 'UTC',
    ignoreHTTPSErrors: true,
    serviceWorkers: 'block',
    acceptDownloads: false,
  });
  try {
    context.setDefaultTimeout(stepMs);
    return await visitIn(await context.newPage(), look);
  } finally {
    await context.close().catch(() => undefined);
  }
}

async function visitIn(page: Page, { url, path, viewport, stepMs }: PageLook): Promise<Looked> {
  const complaints = new Complaints(page, new URL(url).origin);
  const base = { path, viewport: viewport.name };
  try {
    await page.goto(new URL(path, url).href, { waitUntil: 'load', timeout: stepMs });
    await page.waitForLoadState('networkidle', { timeout: REST_MS }).catch(() => undefined);
    await page.evaluate('document.fonts.ready.then(() => undefined)');
    const measured: Measured = await page.evaluate(MEASURE);
    const { height, widest, ...widths } = measured;
    const isCut = height > TALLEST;
    const picture = await page.screenshot({
      animations: 'disabled',
      caret: 'hide',
      fullPage: true,
      scale: 'css',
      ...(isCut ? { clip: { x: 0, y: 0, width: viewport.width, height: TALLEST } } : {}),
    });
    const seen = { ...widths, ...(widest === undefined ? {} : { widest: plain(widest) }), isCut };
    return { visit: { ...base, ...seen, ...complaints.all() }, picture };
  } catch (error) {
    // Of an answer without content the browser makes an error of its own.
    const isRefused = (complaints.status ?? 0) >= 400;
    const problem = isRefused ? {} : { problem: lineOf(error) };
    return { visit: { ...base, ...problem, ...complaints.all() } };
  }
}

function plain({ selector, width }: NonNullable<Measured['widest']>): NonNullable<Measured['widest']> {
  return { selector: lineOf(selector), width };
}

/** What the page says of itself, each once. What fails at another place than the application is no fault of it. */
class Complaints {
  readonly #origin: string;
  readonly #errors = new Map<string, PageError>();
  readonly #foreign = new Set<string>();
  /** Of the page itself; null while it has not answered. */
  status: number | null = null;

  constructor(page: Page, origin: string) {
    this.#origin = origin;
    page.on('console', (message) => this.#console(message));
    page.on('pageerror', (error) => this.#add('page', lineOf(error)));
    page.on('requestfailed', (request) => {
      if (!isOfPage(page, request)) this.#request(request, request.failure()?.errorText ?? 'failed');
    });
    page.on('response', (response) => {
      const request = response.request();
      if (isOfPage(page, request)) this.status = response.status();
      else if (response.status() >= 400) this.#request(request, `answered ${response.status()}`);
    });
  }

  all(): Pick<Visit, 'status' | 'errors' | 'foreign'> {
    return {
      status: this.status,
      errors: [...this.#errors.values()].slice(0, MOST_ERRORS),
      foreign: [...this.#foreign].slice(0, MOST_ERRORS),
    };
  }

  #console(message: ConsoleMessage): void {
    // What could not be loaded is known as a request.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource:')) return;
    this.#add('console', lineOf(message.text()));
  }

  #request(request: Request, what: string): void {
    const url = request.url();
    // Pages give up requests of their own, and browsers ask for an icon that nobody has promised.
    if (what === 'net::ERR_ABORTED' || url === `${this.#origin}/favicon.ico`) return;
    const text = lineOf(`${request.method()} ${url} ${what}`);
    if (originOf(url) === this.#origin) this.#add('request', text);
    else this.#foreign.add(text);
  }

  #add(kind: PageError['kind'], text: string): void {
    this.#errors.set(`${kind} ${text}`, { kind, text });
  }
}

/** And not of something in it. What leads from one page to the next counts as the last. */
function isOfPage(page: Page, request: Request): boolean {
  return request.isNavigationRequest() && request.frame() === page.mainFrame();
}

function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null;
}

function lineOf(value: unknown): string {
  const text = value instanceof Error ? (value.message.split('\n', 1)[0] ?? '') : String(value);
  return printableLine(text).slice(0, LONGEST_TEXT);
}
