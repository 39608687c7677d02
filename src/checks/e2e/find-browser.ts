/** The browser of this machine: one that speaks the protocol of Chromium's developer tools. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { err, type Result } from '../../core/result.ts';
import { findProgram } from '../../process/find-program.ts';

export interface BrowserPlaces {
  /** As the user named it: a path or a name. */
  readonly wanted?: string;
  readonly searchPath: string;
  /** Absolute. */
  readonly home: string;
}

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'microsoft-edge-stable',
  'msedge',
];
const USUAL = [
  '/opt/google/chrome/chrome',
  '/opt/microsoft/msedge/msedge',
  '/usr/lib/chromium/chromium',
  '/usr/lib64/chromium-browser/chromium-browser',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];
/** Where Playwright keeps those that it has fetched. */
const FETCHED = ['.cache/ms-playwright', 'Library/Caches/ms-playwright'];
const IN_FETCHED = [
  'chrome-linux/chrome',
  'chrome-linux64/chrome',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
];

/** Absolute path. The error is for people, and says what to do. */
export function findBrowser({ wanted, searchPath, home }: BrowserPlaces): Result<string, string> {
  if (wanted !== undefined) {
    const found = findProgram(wanted, searchPath, '/');
    return found.ok ? found : err(`the browser of e2e.browser cannot be used: ${found.error}`);
  }
  for (const name of [...NAMES, ...USUAL, ...fetched(home)]) {
    const found = findProgram(name, searchPath, '/');
    if (found.ok) return found;
  }
  return err('no browser was found; install Chromium, Chrome or Edge, or name one in e2e.browser');
}

/** The newest first. */
function fetched(home: string): string[] {
  return FETCHED.map((folder) => join(home, folder)).flatMap((folder) =>
    versionsIn(folder).flatMap((version) => IN_FETCHED.map((path) => join(folder, version, path))),
  );
}

function versionsIn(folder: string): string[] {
  try {
    const numbered = readdirSync(folder).filter((name) => /^chromium-\d+$/.test(name));
    return numbered.toSorted((a, b) => Number(b.slice(9)) - Number(a.slice(9)));
  } catch {
    return [];
  }
}
