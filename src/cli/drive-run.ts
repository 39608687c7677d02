/** Driving a run to its end, or to where it has to stop: the same for `run` and for `resume`. */

import { openQuestion } from '../core/open-question.ts';
import type { TaskId } from '../core/plan.ts';
import { printableLine } from '../core/printable.ts';
import type { RunState } from '../core/run-state.ts';
import type { CoxApi, RunEnd } from '../engine/api.ts';
import { LiveFiles, liveFilesOf } from '../project/live-files.ts';
import { eventJson } from '../views/json.ts';
import { answerCommand, puttingBack, resumeCommand } from '../views/next-steps.ts';
import { refusedAgents } from '../views/throttles.ts';
import { StartAsker } from './ask-starts.ts';
import type { Cli } from './cli.ts';
import { type Display, type DisplayKind, startDisplay } from './display.ts';
import { endCode, stopOf } from './exit.ts';
import { clean } from './render/clean.ts';
import { reportText } from './render/report-text.ts';
import { saveViews } from './save-views.ts';
import { runSessionParts } from './session-parts.ts';
import { StopSignals } from './stop-signals.ts';
import { unpricedUse } from './unheld-budgets.ts';

export interface DriveRequest {
  readonly api: CoxApi;
  readonly state: RunState;
  readonly kind: DisplayKind;
  /** Also show the events that are in the log already. */
  readonly fromStart: boolean;
  /** Whoever sits at the terminal may be asked. */
  readonly asks: boolean;
  /** The files that follow a run of the plan are another run's; absent: they are this one's. */
  readonly leavesFiles?: boolean;
  /** Told when this process has the run. */
  readonly begun: () => void;
}

/** The value is the exit code. */
export async function driveRun(cli: Cli, request: DriveRequest): Promise<number> {
  const { api, state, kind } = request;
  const { run } = state;
  const display = startDisplay(cli, kind, state);
  const pidOf = (task: string, attempt: number): number | null =>
    cli.parts.agentPid(api.attemptFolder(run, task, attempt));
  const parts = { ...(await runSessionParts(cli, state.source)), pidOf };
  const followers = request.leavesFiles === true ? [] : liveFilesOf(state, parts);
  const files = new LiveFiles(followers, (problem) => display.note(`cox: ${problem}`));
  let isTold = false;
  const begun = { at: performance.now(), cpuMs: cli.host.cpuMs() };
  const signals = new StopSignals({ api, run, host: cli.host, note: (text) => display.note(text) });
  const asker = new StartAsker({
    api,
    run,
    onKey: request.asks ? cli.host.onKey : () => null,
    note: (text) => display.note(text),
    interrupt: () => signals.receive('SIGINT'),
  });
  const stopListening = cli.host.onSignal((signal) => {
    signals.receive(signal);
    asker.close();
  });
  try {
    if (request.fromStart) await showPast(api, run, display, state);
    asker.ask(state, heldTasks(state));
    const drive = (): ReturnType<CoxApi['drive']> =>
      api.drive(run, {
        onEvent(event, now) {
          if (event.type === 'run.opened') {
            signals.opened();
            request.begun();
          }
          display.event(event, now);
          if (!isTold) isTold = sayUnpriced(now, (line) => display.note(line));
          files.changed(now);
          asker.event(event, now);
        },
        onTrouble: (detail) =>
          display.note(detail === null ? 'cox: the run goes on' : `cox: the run waits: ${detail}`),
      });
    let end = await drive();
    while (isHeldUp(end) && (await asker.settled())) end = await drive();
    asker.close();
    display.close();
    if (!end.ok) return cli.stop(stopOf(end.error));
    const cpuShare = (cli.host.cpuMs() - begun.cpuMs) / Math.max(1, performance.now() - begun.at);
    return await conclude(cli, { ...request, files, cpuShare }, end.value);
  } finally {
    stopListening();
    asker.close();
    display.close();
  }
}

/** True when there was something to say: the run may go on for long, and beyond what its user wants to pay. */
function sayUnpriced(state: RunState, say: (line: string) => void): boolean {
  const lines = unpricedUse(state);
  for (const line of lines) say(line);
  return lines.length > 0;
}

/** Nothing goes on until somebody answers. */
function isHeldUp(end: Awaited<ReturnType<CoxApi['drive']>>): boolean {
  return end.ok && end.value.is === 'suspended' && end.value.reason === 'question';
}

function heldTasks({ tasks }: RunState): readonly TaskId[] {
  return [...tasks.values()].flatMap(({ id, state }) =>
    state.is === 'asking' && state.held === true ? [id] : [],
  );
}

async function showPast(api: CoxApi, run: string, display: Display, state: RunState): Promise<void> {
  for (const event of await api.events(run, 0)) display.event(event, state);
}

interface Driven extends DriveRequest {
  readonly files: LiveFiles;
  /** Of one core, while this process drove the run. */
  readonly cpuShare: number;
}

/** Writes the views, says how it ended and what goes on. */
async function conclude(
  cli: Cli,
  { api, state: before, kind, files, cpuShare }: Driven,
  end: RunEnd,
): Promise<number> {
  const read = await api.read(before.run);
  if (!read.ok) return cli.stop(stopOf(read.error));
  const state = read.value;
  await files.settle(state);
  // Of a run that had ended before, this process has seen nothing.
  const isAsBefore = state.seq === before.seq;
  const observed = { refreshMs: files.longestPauseMs, cpuShare };
  await saveViews(cli, api, { state, ...(isAsBefore ? {} : { observed }) });
  // A run that has ended takes no answer.
  if (end.is === 'suspended') sayQuestions(cli, state);
  sayUnpriced(state, (line) => cli.say(line));
  if (end.is === 'suspended' && end.reason === 'budget') {
    cli.say(`cox: the budget is spent. Give it more with: ${resumeCommand(state)}`);
  }
  if (end.is === 'suspended' && end.reason === 'branch-moved') {
    const { what, code } = puttingBack(state);
    cli.say(`cox: ${what}: ${code}. Then go on with: cox resume ${state.run}`);
  }
  if (end.is === 'suspended' && end.reason === 'credentials')
    for (const line of refusedAgents(state))
      cli.say(`cox: ${clean(line)}. Then go on with: cox resume ${state.run}`);
  if (kind === 'json') {
    // Whoever reads the events is told the end even when it was there before.
    if (isAsBefore) cli.print((await api.events(state.run, state.seq - 1)).map(eventJson));
    if (end.is === 'suspended') cli.say(`cox: go on with: ${resumeCommand(state)}`);
  } else {
    const { stdout } = cli.host;
    cli.print(['', ...reportText(state, cli.width(stdout), cli.style(stdout))]);
  }
  return endCode(end);
}

function sayQuestions(cli: Cli, state: RunState): void {
  for (const record of state.tasks.values()) {
    const question = openQuestion(record);
    if (question === null) continue;
    const words = question.held === true ? 'waits for your word' : 'asks';
    cli.say(
      `cox: ${record.id} ${words}: ${question.question}\n${unadvised(question)}     Answer with: ${answerCommand(record.id, question)} --run ${state.run}`,
    );
  }
}

function unadvised({ unadvised: why }: { readonly unadvised?: string }): string {
  return why === undefined ? '' : `     The adviser left it to you: ${printableLine(why)}\n`;
}
