import { safeName } from '../../core/names.ts';
import type { DriverPage } from './driver-facts.ts';

const FRONT = 'index';

/** Each page with a name for its pictures, which no other has: `/` is `index`, `/about` is `about`. */
export function pagesOf(paths: readonly string[]): readonly DriverPage[] {
  return paths.map((path) => {
    const bare = path.replace(/^\//, '');
    if (bare === '') return { path, name: FRONT };
    return { path, name: safeName(bare === FRONT ? path : bare) };
  });
}
