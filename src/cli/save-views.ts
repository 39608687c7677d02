import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { shownError, shownLine } from '../core/log-line.ts';
import type { RunState } from '../core/run-state.ts';
import type { CoxApi } from '../engine/api.ts';
import { makeOutputFolder, outputFolder } from '../project/output-folder.ts';
import { type ViewSource, writeViews } from '../project/write-views.ts';
import { printedBy } from '../views/task-facts.ts';
import type { Cli } from './cli.ts';
import type { LogRedactor } from './context.ts';
import { isFolder } from './files.ts';
import { type LineOptions, ReadableLines } from './log-tail.ts';

/** Writes the reports and logs into the plan's folder. One that cannot be written is said, and fails nothing. */
export async function saveViews(
  cli: Cli,
  api: CoxApi,
  { state, observed }: Pick<ViewSource, 'state' | 'observed'>,
): Promise<void> {
  const folder = await viewsFolder(cli, state);
  if (folder === null) return;
  const redactor = (): LogRedactor => cli.parts.redactLog(api.secrets);
  const { problems, newer } = await writeViews({
    state,
    ...(observed === undefined ? {} : { observed }),
    folder,
    readAttemptLog: async (task, attempt) => {
      const path = agentLog(api.attemptFolder(state.run, task, attempt), 'stdout');
      const errors = agentLog(api.attemptFolder(state.run, task, attempt), 'stderr');
      const reader = cli.parts.readLog(printedBy(state, task, attempt), api.secrets);
      const parts = [
        ...((await isReadable(path)) ? [readable(redactor(), path, { show: shownLine, reader })] : []),
        ...((await isReadable(errors)) ? [readable(redactor(), errors, { show: shownError })] : []),
      ];
      return parts.length === 0 ? null : oneAfterAnother(parts);
    },
    readDiff: async ({ base, tip }) => {
      const work = await api.workPatch(base, tip);
      return work.ok ? work.value : { missing: work.error.message };
    },
  });
  for (const problem of problems) cli.say(`cox: ${problem.message}`);
  if (newer !== null) {
    cli.say(
      `cox: the reports in ${folder} stay those of the newer run ${newer}; see this one's with: cox report ${state.run}`,
    );
  }
}

/** Where the views of a run lie: the plan's folder, or one beside its file, made if need be. Null, and said, if it cannot be. */
export async function viewsFolder(cli: Cli, { run, source, plan }: RunState): Promise<string | null> {
  const folder = outputFolder(source, plan.format);
  const around = folder === source ? folder : dirname(folder);
  if (!(await isFolder(around))) {
    cli.say(`cox: the plan's folder ${around} is gone; see the report with: cox report ${run}`);
    return null;
  }
  const made = folder === around ? null : await makeOutputFolder(folder);
  if (made?.ok !== false) return folder;
  cli.say(`cox: ${made.error.message}`);
  return null;
}

/** Absolute path of what an attempt's agent has printed. */
export function agentLog(attemptFolder: string, stream: 'stdout' | 'stderr'): string {
  return join(attemptFolder, 'agent', `${stream}.log`);
}

async function isReadable(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function* readable(redactor: LogRedactor, path: string, options: LineOptions): AsyncGenerator<string> {
  const lines = new ReadableLines(options);
  for await (const bytes of createReadStream(path)) yield lines.add(redactor.add(bytes));
  yield lines.add(redactor.end()) + lines.end();
}

async function* oneAfterAnother(parts: readonly AsyncIterable<string>[]): AsyncGenerator<string> {
  for (const part of parts) yield* part;
}
