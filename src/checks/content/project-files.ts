import type { Commit } from '../../core/attempt.ts';
import type { CommitReader } from '../../ports/commit-reader.ts';
import { isReadForDetection, type ProjectFiles } from '../detect/found-check.ts';

/** What is known of a commit when its checks are looked for. */
export async function readProjectFiles(reader: CommitReader, commit: Commit): Promise<ProjectFiles> {
  const paths = new Set(await reader.list(commit));
  const texts = new Map<string, string>();
  for (const path of paths) {
    const text = isReadForDetection(path) ? await reader.read(commit, path) : null;
    if (text !== null) texts.set(path, text);
  }
  return { paths, texts };
}
