/** What a project needs once: the folder of plans, and a config file to fill in. */

import { join } from 'node:path';
import { configText } from '../config/config-text.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Technology } from '../core/technology.ts';
import { type FolderProblem, folderProblem, folderWithin } from './new-folder.ts';
import { suggestionsFor } from './technology.ts';
import { createText } from './write-text.ts';

export interface SetUp {
  /** Relative to the root. */
  readonly made: readonly string[];
  /** What was there already, and was left as it is. */
  readonly kept: readonly string[];
}

export interface ProjectTechnology {
  /** Null when nothing tells. */
  readonly technology: Technology | null;
  /** In so many words: it is kept in the config. */
  readonly isSaid: boolean;
}

/** May be done again: what is there stays as it is. */
export async function setupProject(
  root: string,
  { technology, isSaid }: ProjectTechnology,
): Promise<Result<SetUp, FolderProblem>> {
  const files = [
    ['parallel/README.md', README],
    ['parallel/.gitignore', IGNORED],
    [CONFIG, configText(suggestionsFor(technology), isSaid ? { technology } : {})],
  ] as const;
  const made: string[] = [];
  const kept: string[] = [];
  const folder = await folderWithin(root, 'parallel');
  if (!folder.ok) return folder;
  for (const [path, text] of files) {
    const full = join(root, path);
    try {
      ((await createText(full, text)) ? made : kept).push(path);
    } catch (error) {
      return err(folderProblem(full, error));
    }
  }
  return ok({ made, kept });
}

/** Of the project, from its root. */
export const CONFIG = 'coxswain.config.yaml';

const IGNORED = `# Made by runs, and made again by them.
*/prompts/
*/prompts.backup-*/
*/scripts/
*/logs/
*/report.json
*/execution-report.md
*/integration-report.md
`;

const README = `# Plans

Each folder is a plan: the work of one tech spec, cut into tasks that coding agents do at the same time.

    manifest.json     waves of tasks; a wave begins when the one before it is merged
    context.md        what every agent is told
    architecture.md   how the parts hang together
    task-graph.md     what waits for what
    contracts/        types and API routes that several tasks share
    tasks/            one file a task: what it creates, modifies and leaves alone, and when it is done
    prompts/          what each agent is started with; made from the tasks, not committed

A new one:      cox init parallel/TS-0042-inventory -t TS-0042 -n inventory
Is it valid?    cox validate parallel/TS-0042-inventory
Run it:         cox run parallel/TS-0042-inventory
How it stands:  cox status --watch
`;
