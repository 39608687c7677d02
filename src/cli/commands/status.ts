import { Command, Option } from 'commander';
import type { RunState } from '../../core/run-state.ts';
import type { CoxApi } from '../../engine/api.ts';
import { jsonLine, jsonText } from '../../views/json.ts';
import { statusView } from '../../views/status.ts';
import type { Cli } from '../cli.ts';
import { EXIT, endOf } from '../exit.ts';
import { refreshLeft } from '../left-files.ts';
import { statusOfPlan } from '../render/of-plan.ts';
import { plainLine } from '../render/plain-line.ts';
import type { StatusTextOptions } from '../render/status-text.ts';
import { withRun } from '../repository.ts';
import { type Watched, watchRun } from '../watch-run.ts';
import { watchScreen } from '../watch-screen.ts';
import { jsonOption } from './shared.ts';

interface StatusOptions {
  readonly json?: true;
  readonly watch?: true;
}

export function statusCommand(cli: Cli): Command {
  return new Command('status')
    .summary('how a run stands')
    .description('Shows how a run stands.')
    .argument('[plan|run]', "the run's id or the start of it, or its plan; the newest run without it")
    .addOption(
      new Option(
        '--watch',
        'keep showing it until the run has ended or is left: on the whole screen of a terminal, as plain lines elsewhere; with --json, a line for each change',
      ),
    )
    .addOption(jsonOption())
    .action(async (what: string | undefined, options: StatusOptions) => {
      cli.exitCode = await withRun(cli, what, async ({ api, state }) => {
        if (options.watch) return await watch(cli, { api, state, json: options.json === true });
        const alive = (await api.owner(state.run)) !== null;
        const seenAt = await api.lastSeen(state.run);
        if (!alive) await refreshLeft(cli, api, { state, seenAt });
        cli.print(
          options.json ? [jsonText(statusView(state, alive))] : textOf(cli, { state, alive, seenAt }),
        );
        return EXIT.ok;
      });
    });
}

function textOf(cli: Cli, seen: Pick<StatusTextOptions, 'state' | 'alive' | 'seenAt'>): readonly string[] {
  const { stdout } = cli.host;
  return statusOfPlan({
    ...seen,
    now: cli.host.now(),
    width: cli.width(stdout),
    style: cli.style(stdout),
  });
}

interface WatchRequest {
  readonly api: CoxApi;
  readonly state: RunState;
  readonly json: boolean;
}

async function watch(cli: Cli, request: WatchRequest): Promise<number> {
  const { stdout, env } = cli.host;
  if (!request.json && stdout.isTTY && env['TERM'] !== 'dumb')
    return await watchScreen(cli, request.api, request.state.run);
  const show = request.json ? showJson(cli) : showLines(cli, request.state);
  const watched = await watchRun(request.api, request.state.run, async (seen) => {
    show.look(seen);
    if (stdout.closed) return EXIT.ok;
    if (seen.abandoned) {
      await refreshLeft(cli, request.api, seen);
      return EXIT.ok;
    }
    return endOf(seen.state) === null ? null : EXIT.ok;
  });
  return watched.ok ? watched.value : cli.stop(watched.error);
}

interface Show {
  look(watched: Watched): void;
}

function showJson(cli: Cli): Show {
  return {
    look({ state, owner, events }) {
      if (events.length > 0) cli.print([jsonLine(statusView(state, owner !== null))]);
    },
  };
}

/** By the habit of its family: agent by agent, or event by event. */
function showLines(cli: Cli, { plan }: RunState): Show {
  return plan.format === 'plan-md' ? new Dashboards(cli) : showPlain(cli);
}

/** How old what is shown may become, in milliseconds. */
const DASHBOARD_EVERY_MS = 10_000;

/** The whole dashboard now and then, and at the end. */
class Dashboards implements Show {
  readonly #cli: Cli;
  #printedAt = Number.NEGATIVE_INFINITY;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  look({ state, owner, seenAt, abandoned }: Watched): void {
    const now = this.#cli.host.now();
    const isLast = abandoned || endOf(state) !== null;
    // Looks come each second at least: the next one could be too late.
    if (!isLast && now - this.#printedAt < DASHBOARD_EVERY_MS - 1000) return;
    const isFirst = this.#printedAt === Number.NEGATIVE_INFINITY;
    this.#printedAt = now;
    const lines = textOf(this.#cli, { state, alive: owner !== null, seenAt });
    this.#cli.print(isFirst ? lines : ['', ...lines]);
  }
}

function showPlain(cli: Cli): Show {
  return {
    look({ state, events }) {
      for (const event of events) {
        const line = plainLine(event, state);
        if (line !== null) cli.print([line]);
      }
    },
  };
}
