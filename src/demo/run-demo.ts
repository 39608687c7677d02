/** `cox demo`: the main job, whole, on the sample project, with the embedded agent. */

import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { shellWord } from '../core/shell-word.ts';
import { makeSample } from './sample.ts';

export interface DemoParts {
  /** Absolute; empty or absent. Without it, a new folder among the temporary ones. */
  readonly folder?: string;
  /** Makes the folder a git repository with one commit of everything in it. */
  readonly commitAll: (root: string) => Promise<void>;
  /** Runs a command line of this program in that folder, and gives its exit code. */
  readonly cox: (root: string, args: readonly string[]) => Promise<number>;
  /** For what is to be read by people. */
  readonly say: (text: string) => void;
  /** For the report. */
  readonly print: (text: string) => void;
}

/** Exit code of a demo that was asked for wrongly. */
const ASKED_WRONGLY = 2;

export async function runDemo(parts: DemoParts): Promise<number> {
  const folder = await emptyFolder(parts.folder);
  if (folder === null) {
    parts.say(`cox: ${parts.folder} is not empty\nGive a folder that is empty or does not exist.\n`);
    return ASKED_WRONGLY;
  }
  const sample = await makeSample(join(folder, 'project'), parts.commitAll);
  const plan = relative(sample.root, sample.plan);
  parts.say(introduction(sample.root, plan));
  const code = await parts.cox(sample.root, ['run', plan]);
  const report = join(sample.plan, 'execution-report.md');
  const text = await readFile(report, 'utf8').catch(() => null);
  if (text !== null) parts.print(`\n${text}`);
  parts.say(farewell({ folder, root: sample.root, plan, report: text === null ? null : report }));
  return code;
}

async function emptyFolder(wanted: string | undefined): Promise<string | null> {
  if (wanted === undefined) return mkdtemp(join(tmpdir(), 'coxswain-demo-'));
  await mkdir(wanted, { recursive: true });
  return (await readdir(wanted)).length === 0 ? wanted : null;
}

function introduction(root: string, plan: string): string {
  return `A sample project, in ${root}
Its plan, ${plan}, has five tasks in three waves. The agents are real processes that follow recipe.yaml;
where an agent would think, they sleep for some seconds.
Three things go wrong on purpose: task-002 fails its own test at first, task-003 loses a cent, which only the
validation of its wave finds, and task-004 hangs until it is stopped.

`;
}

interface Left {
  /** Relative to the root. */
  readonly plan: string;
  /** Holds everything that the demo has made, its worktrees and its event log included. */
  readonly folder: string;
  readonly root: string;
  readonly report: string | null;
}

function farewell({ folder, root, plan, report }: Left): string {
  const read = report === null ? '' : `The report:     ${report}\n`;
  return `
The repository: ${root}
${read}Look around:    git -C ${shellWord(root)} log --graph --oneline --all
Merge the work: cox -C ${shellWord(root)} integrate ${shellWord(plan)} --into main
Remove it all:  rm -rf ${shellWord(folder)}
`;
}
