/** What earlier runs of a repository took. */

import type { LocalSettings } from '../config/local-settings.ts';
import type { RunState } from '../core/run-state.ts';
import type { Cli } from './cli.ts';
import { exists } from './files.ts';

/** The newest ones say most of how things are now. */
export const MOST_RUNS = 20;

/** Makes nothing: without a run before there is none. */
export async function historyOf(cli: Cli, root: string, local: LocalSettings): Promise<readonly RunState[]> {
  const about = await cli.parts.aboutRepository(root);
  if (about === null || !(await exists(about.stateFolder))) return [];
  const opened = await cli.parts.openRepository({ root, local });
  // Whoever wants to run the plan is told why it cannot be read.
  if (!opened.ok) return [];
  const { api } = opened.value;
  try {
    return await api.history(MOST_RUNS);
  } finally {
    await api.close();
  }
}
