/** Kinds of values that only the look by a browser has. */

import { kind, words } from './kinds.ts';

const MOST_PAGES = 50;

/** Each from the root of the application. */
export function pagePaths() {
  const list = words('');
  return kind(`paths of pages such as /, /about, at most ${MOST_PAGES}`, (value) => {
    const parsed = list.safeParse(value);
    if (!parsed.success || parsed.data.length === 0 || parsed.data.length > MOST_PAGES) return undefined;
    // Two slashes at the beginning would be another host.
    const isPath = (path: string): boolean => /^\/(?![/\\])[^\s\u0000-\u001f\u007f]*$/.test(path);
    return parsed.data.every(isPath) ? [...new Set(parsed.data)] : undefined;
  });
}

export function urlTemplate() {
  return kind('a URL such as http://127.0.0.1:{port}/', (value) => {
    if (typeof value !== 'string') return undefined;
    const url = value.replaceAll('{port}', '1');
    return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? value : undefined;
  });
}

/** A share from 0 to 1, as `1%`; a plain number is percent. */
export function percent() {
  return kind('a share such as 1% or 0.5%, from 0% to 100%', (value) => {
    const written = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
    const match = /^(\d+(?:\.\d+)?)\s*%?$/.exec(written);
    const share = match === null ? Number.NaN : Number(match[1]) / 100;
    return share >= 0 && share <= 1 ? share : undefined;
  });
}

/** From the root of the repository, and inside it. */
export function folderPath() {
  return kind('the path of a folder in the repository', (value) => {
    if (typeof value !== 'string') return undefined;
    const path = value.trim().replace(/^\.\//, '').replace(/\/+$/, '');
    const parts = path.split('/');
    const isInside = parts.every((part) => part !== '' && part !== '.' && part !== '..' && part !== '.git');
    return isInside && !/[\u0000-\u001f\u007f\\]/.test(path) ? path : undefined;
  });
}
