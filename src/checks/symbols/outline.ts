/** The named parts of a source file, and where each lies. */

import type { Outline } from './outline-builder.ts';
import { pythonOutline } from './python-outline.ts';
import { scriptOutline } from './script-outline.ts';
import type { Source } from './syntax.ts';

export type { Outline } from './outline-builder.ts';

export function outlineOf(source: Source): Outline {
  return source.language === 'python' ? pythonOutline(source) : scriptOutline(source);
}
