import { err, ok, type Result } from '../core/result.ts';
import type { Launch, Mount } from '../ports/sandbox.ts';
import { DEFAULT_PATH, findProgram } from '../process/find-program.ts';
import { isWithin, realPath, type ViewEntry } from './host-view.ts';

/** The absolute path of what is to be started. A sandbox would only end with a status that a program may have as well. */
export function seenProgram(
  { argv: [name = ''], cwd, env }: Launch,
  view: readonly ViewEntry[],
  mounts: readonly Mount[],
): Result<string, string> {
  const found = name.startsWith('/') ? ok(name) : findProgram(name, env['PATH'] ?? DEFAULT_PATH, cwd);
  if (!found.ok) return found;
  const hidden = hiddenPart(found.value, view, mounts);
  if (hidden === null) return found;
  return err(`${hidden} cannot be seen in the sandbox; name its folder in sandbox.readable`);
}

/** The path, or where it leads, if it lies in no place that is shown; null when it can be seen. */
export function hiddenPart(
  path: string,
  view: readonly ViewEntry[],
  mounts: readonly Mount[],
): string | null {
  const shown = view.filter(({ is }) => is !== 'hidden').map((entry) => entry.path);
  const places = [...shown, ...mounts.map(({ at }) => at)];
  const isSeen = (each: string): boolean => places.some((place) => isWithin(each, place));
  return [path, realPath(path) ?? path].find((each) => !isSeen(each)) ?? null;
}
