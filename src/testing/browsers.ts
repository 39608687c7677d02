/** The browser of tests, and an application for it to look at. */

import { findBrowser } from '../checks/e2e/find-browser.ts';

const found = findBrowser({
  searchPath: process.env['PATH'] ?? '',
  home: process.env['HOME'] ?? '/',
});

/** Why a test that needs a browser cannot run here; false when it can. For `skip` of a test. */
export const WITHOUT_BROWSER: string | false = found.ok
  ? false
  : 'no browser is installed; scripts/setup-test-env.sh installs one';

/** Absolute path; empty where there is none. */
export const BROWSER = found.ok ? found.value : '';

/**
 * Serves `page.html` of its folder at `$PORT`, and at `/pages/<name>` that file's other variants; anything else is not
 * there. `$DELAY` milliseconds pass before it listens.
 */
export const SERVER = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
await sleep(Number(process.env.DELAY ?? 0));
createServer(({ url }, answer) => {
  const name = url === '/' ? 'page.html' : /^\\/([a-z-]+)$/.exec(url)?.[1] + '.html';
  try {
    const text = readFileSync(new URL(name, import.meta.url));
    answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(text);
  } catch {
    answer.writeHead(404).end();
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

export function htmlPage(body: string, style = ''): string {
  return `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Sample</title>
<style>body { margin: 0; font: 16px sans-serif; min-height: 400px; } ${style}</style><body>${body}</body></html>
`;
}
