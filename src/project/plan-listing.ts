/** What lies at a path, as far as the family of a plan is told by it. */

import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Listing } from '../formats/detect.ts';
import { FOLDER_LIMITS, readText } from './read-folder.ts';

export const MARKDOWN = /\.(?:md|markdown)$/i;

/** Null for a folder that may not be read. */
export async function listingOf(path: string, kind: 'file' | 'folder'): Promise<Listing | null> {
  if (kind === 'file') {
    const text = MARKDOWN.test(path) ? await readText(path, FOLDER_LIMITS.file) : null;
    return { kind, name: basename(path), text: text?.ok === true ? text.value : '' };
  }
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return { kind, names: entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)) };
  } catch {
    return null;
  }
}
