import { Command, Option } from 'commander';
import { type LogLine, shownError, shownLine } from '../../core/log-line.ts';
import type { TaskId } from '../../core/plan.ts';
import type { RunState } from '../../core/run-state.ts';
import { type AttemptRecord, isSettled, lastAttempt } from '../../core/task-state.ts';
import type { Usage } from '../../core/usage.ts';
import type { CoxApi } from '../../engine/api.ts';
import { attemptEnding, attemptHeading } from '../../views/attempt-log.ts';
import { jsonLine } from '../../views/json.ts';
import { printedBy } from '../../views/task-facts.ts';
import type { Cli } from '../cli.ts';
import type { LogRedactor } from '../context.ts';
import { EXIT } from '../exit.ts';
import { exists } from '../files.ts';
import { GrowingFile, ReadableLines } from '../log-tail.ts';
import { clean } from '../render/clean.ts';
import { findTask, withRun } from '../repository.ts';
import { agentLog } from '../save-views.ts';
import { type Watched, watchRun } from '../watch-run.ts';
import { runOption } from './shared.ts';

interface LogsOptions {
  readonly follow?: true;
  readonly attempt?: string;
  readonly raw?: true;
  readonly json?: true;
  readonly run?: string;
}

export function logsCommand(cli: Cli): Command {
  return new Command('logs')
    .summary("what a task's agent did")
    .description(
      "Prints what a task's agent did, a line a step: its words, calls of tools (→), what they gave back (←), errors (✗), " +
        'questions (?), and tokens (Σ). Lines of its standard error begin with `! `. Control characters are taken out.',
    )
    .argument('<task>', "the task's id, or the start of it")
    .addOption(
      new Option('-f, --follow', 'go on as it grows, over further attempts, until the task is settled'),
    )
    .addOption(new Option('--attempt <n>', 'this attempt; the last one without it'))
    .addOption(
      new Option(
        '--raw',
        'the bytes of its standard output as they are, also such as act on the terminal; secrets are starred here, too',
      ),
    )
    .addOption(
      new Option(
        '--json',
        'a line of JSON for each line: task, attempt, stream (stdout or stderr), kind and text; with --raw, the text as it is',
      ),
    )
    .addOption(runOption())
    .action(async (task: string, options: LogsOptions) => {
      cli.exitCode = await withRun(cli, options.run, async ({ api, state }) => {
        const id = findTask(state, task);
        if (!id.ok) return cli.stop(id.error);
        const wanted = options.attempt === undefined ? undefined : Number(options.attempt);
        const attempts = state.tasks.get(id.value)?.attempts ?? [];
        if (wanted !== undefined && !attempts.some(({ number }) => number === wanted)) {
          const message = `${id.value} has no attempt ${options.attempt ?? ''}`;
          return cli.stop({ code: EXIT.usage, message, remedy: `It has had ${attempts.length} so far.` });
        }
        const { raw = false, json = false } = options;
        const reader = new TaskLog({ cli, api, state, task: id.value, raw, json });
        try {
          if (options.follow) return await follow(reader, { cli, api, state, wanted });
          return await reader.show(
            wanted === undefined ? attempts.at(-1) : attempts.find(({ number }) => number === wanted),
          );
        } finally {
          await reader.close();
        }
      });
    });
}

interface Follow {
  readonly cli: Cli;
  readonly api: CoxApi;
  readonly state: RunState;
  readonly wanted: number | undefined;
}

async function follow(reader: TaskLog, { cli, api, state, wanted }: Follow): Promise<number> {
  const { run } = state;
  const abort = new AbortController();
  const growing = reader.keepReading(abort.signal);
  let isFirst = true;
  const ended = await watchRun(api, run, async (watched) => {
    const record = watched.state.tasks.get(reader.task);
    const attempts = record?.attempts ?? [];
    const last = record === undefined ? undefined : lastAttempt(record);
    // Earlier attempts are shown only if they end while we look.
    const from = wanted ?? (isFirst ? (last?.number ?? 1) : reader.number);
    isFirst = false;
    for (const attempt of attempts) {
      if (attempt.number >= from && (wanted === undefined || attempt.number === wanted))
        await reader.turnTo(attempt);
    }
    const shown = attempts.find(({ number }) => number === (wanted ?? last?.number));
    return isOver(watched, shown, record !== undefined && isSettled(record.state), wanted) ||
      cli.host.stdout.closed
      ? EXIT.ok
      : null;
  });
  abort.abort();
  await growing;
  await reader.finish();
  return ended.ok ? ended.value : cli.stop(ended.error);
}

function isOver(
  watched: Watched,
  shown: AttemptRecord | undefined,
  settled: boolean,
  wanted: number | undefined,
): boolean {
  if (wanted !== undefined && shown?.endedAt !== undefined) return true;
  return settled || watched.state.phase.is !== 'running' || watched.abandoned;
}

interface TaskLogOptions {
  readonly cli: Cli;
  readonly api: CoxApi;
  readonly state: RunState;
  readonly task: TaskId;
  readonly raw: boolean;
  readonly json: boolean;
}

interface LogPart {
  readonly file: GrowingFile;
  readonly redactor: LogRedactor;
  /** Null for bytes that go out as they are. */
  readonly lines: ReadableLines | null;
}

const LOOK_MS = 150;
const NOT_KEPT =
  'Its output is not kept any more: of the runs that have ended only the newest keep their logs (runs.kept).';

/** Prints the logs of one attempt after the other. */
class TaskLog {
  readonly task: TaskId;
  readonly #options: TaskLogOptions;
  /** Of the attempt that is shown; 0 before the first. */
  number = 0;
  /** As it is known now. */
  #shown: AttemptRecord | undefined;
  #parts: readonly LogPart[] = [];
  /** Only one reading at a time: two would give the same bytes twice. */
  #reading: Promise<void> = Promise.resolve();

  constructor(options: TaskLogOptions) {
    this.#options = options;
    this.task = options.task;
  }

  async show(attempt: AttemptRecord | undefined): Promise<number> {
    if (attempt === undefined) this.#options.cli.say(`${this.task} has not been started yet.`);
    else await this.turnTo(attempt);
    await this.finish();
    return EXIT.ok;
  }

  async turnTo(attempt: AttemptRecord): Promise<void> {
    if (attempt.number === this.number) this.#shown = attempt;
    if (attempt.number <= this.number) return;
    await this.finish();
    this.#shown = attempt;
    const { cli, api, state, raw } = this.#options;
    this.number = attempt.number;
    cli.say(clean(attemptHeading(attempt)));
    const folder = api.attemptFolder(state.run, this.task, attempt.number);
    if (attempt.endedAt !== undefined && !(await exists(folder))) cli.say(NOT_KEPT);
    const streams = raw ? (['stdout'] as const) : (['stdout', 'stderr'] as const);
    this.#parts = streams.map((stream) => this.#part(stream));
    await this.readMore();
  }

  #part(stream: 'stdout' | 'stderr'): LogPart {
    const { cli, api, state, raw, json } = this.#options;
    const attempt = this.number;
    const file = new GrowingFile(agentLog(api.attemptFolder(state.run, this.task, attempt), stream));
    const redactor = cli.parts.redactLog(api.secrets);
    if (raw && !json) return { file, redactor, lines: null };
    const kindOf = ({ kind }: LogLine): object => (raw || stream === 'stderr' ? {} : { kind });
    const show = (line: LogLine): string => {
      if (json) return jsonLine({ task: this.task, attempt, stream, ...kindOf(line), text: line.text });
      return stream === 'stderr' ? shownError(line) : shownLine(line);
    };
    if (raw) return { file, redactor, lines: new ReadableLines({ show, verbatim: true }) };
    if (stream === 'stderr') return { file, redactor, lines: new ReadableLines({ show }) };
    const used = (): Usage | undefined => this.#shown?.outcome?.usage;
    const reader = cli.parts.readLog({ ...printedBy(state, this.task, attempt), used }, api.secrets);
    return { file, redactor, lines: new ReadableLines({ show, reader }) };
  }

  readMore(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read());
    return this.#reading;
  }

  async keepReading(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#options.cli.host.stdout.closed) {
      await this.readMore();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** The rest of the attempt that is shown. */
  async finish(): Promise<void> {
    await this.readMore();
    const { stdout } = this.#options.cli.host;
    for (const { redactor, lines } of this.#parts) {
      const rest = redactor.end();
      stdout.write(lines === null ? rest : lines.add(rest) + lines.end());
    }
    if (this.#parts.length > 0 && this.#shown !== undefined)
      for (const line of attemptEnding(this.#shown)) this.#options.cli.say(clean(line));
    await this.close();
  }

  async close(): Promise<void> {
    await Promise.all(this.#parts.map(({ file }) => file.close()));
    this.#parts = [];
  }

  async #read(): Promise<void> {
    const { stdout } = this.#options.cli.host;
    for (const { file, redactor, lines } of this.#parts) {
      await file.readMore(async (printed) => {
        const bytes = redactor.add(printed);
        stdout.write(lines === null ? bytes : lines.add(bytes));
        await stdout.drained();
      });
    }
  }
}
