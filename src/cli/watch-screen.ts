/** `cox status --watch` on a terminal: the whole screen, until the run ends or its viewer leaves. */

import type { RunState } from '../core/run-state.ts';
import type { CoxApi } from '../engine/api.ts';
import type { Cli } from './cli.ts';
import type { Signal } from './context.ts';
import { EXIT, endOf } from './exit.ts';
import { refreshLeft } from './left-files.ts';
import { screenOfPlan, statusOfPlan } from './render/of-plan.ts';
import { plainLine } from './render/plain-line.ts';
import type { ScreenText } from './render/screen-text.ts';
import { Screen } from './screen.ts';
import type { TerminalSize } from './terminal.ts';
import { type Watched, watchRun } from './watch-run.ts';

const MOST_REMEMBERED = 20;

export async function watchScreen(cli: Cli, api: CoxApi, run: string): Promise<number> {
  const leaving = new AbortController();
  const viewer = new Viewer(cli, () => leaving.abort());
  const stopListening = cli.host.onSignal((signal) => viewer.signal(signal));
  try {
    const look = async (seen: Watched): Promise<number | null> => {
      if (seen.abandoned) await refreshLeft(cli, api, seen);
      return viewer.look(seen);
    };
    const watched = await watchRun(api, run, look, leaving.signal);
    viewer.close();
    if (!watched.ok) return cli.stop(watched.error);
    viewer.conclude(watched.value);
    return watched.value;
  } finally {
    viewer.close();
    stopListening();
  }
}

class Viewer {
  readonly #cli: Cli;
  readonly #onLeave: () => void;
  #screen: Screen | null = null;
  #stopKeys: (() => void) | null = null;
  #watched: Watched | null = null;
  #recent: readonly string[] = [];
  /** What the viewer leaves with; null as long as they stay. */
  #left: number | null = null;
  /** Null keeps in sight what happens. */
  #scroll: number | null = null;
  #text: ScreenText = { lines: [], scroll: 0, page: 1 };

  constructor(cli: Cli, onLeave: () => void) {
    this.#cli = cli;
    this.#onLeave = onLeave;
  }

  /** The value is the exit code when nothing more is to be seen. */
  look(watched: Watched): number | null {
    this.#watched = watched;
    const lines = watched.events.slice(-MOST_REMEMBERED).map((event) => plainLine(event, watched.state));
    this.#recent = [...this.#recent, ...lines.filter((line) => line !== null)].slice(-MOST_REMEMBERED);
    if (this.#left !== null) return this.#left;
    if (this.#cli.host.stdout.closed || watched.abandoned || endOf(watched.state) !== null) return EXIT.ok;
    if (this.#screen === null) this.#open();
    else this.#screen.changed();
    return null;
  }

  signal(signal: Signal): void {
    this.#leave(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
  }

  close(): void {
    this.#stopKeys?.();
    this.#stopKeys = null;
    this.#screen?.leave();
  }

  /** What stays on the terminal when the screen is gone. */
  conclude(code: number): void {
    if (this.#watched === null) return;
    const { state, owner, seenAt } = this.#watched;
    const { stdout } = this.#cli.host;
    if (this.#left === null) {
      const [width, style] = [this.#cli.width(stdout), this.#cli.style(stdout)];
      const [alive, now] = [owner !== null, this.#cli.host.now()];
      this.#cli.print(statusOfPlan({ state, alive, seenAt, now, width, style }));
    } else if (code === EXIT.ok) {
      this.#cli.say(goesOn(state));
    }
  }

  #open(): void {
    const { stdout, atExit, onKey } = this.#cli.host;
    this.#stopKeys = onKey((key) => this.#key(key));
    this.#screen = new Screen({ stream: stdout.terminal, atExit, render: (size) => this.#render(size) });
  }

  #render({ width, height }: TerminalSize): readonly string[] {
    if (this.#watched === null) return [];
    const { state, owner, seenAt } = this.#watched;
    this.#text = screenOfPlan({
      state,
      alive: owner !== null,
      seenAt,
      now: this.#cli.host.now(),
      width,
      height,
      style: this.#cli.style(this.#cli.host.stdout),
      scroll: this.#scroll,
      recent: this.#recent,
      keys: this.#stopKeys !== null,
    });
    return this.#text.lines;
  }

  #key(key: string): void {
    const { scroll, page } = this.#text;
    switch (key) {
      case 'q':
        return this.#leave(EXIT.ok);
      case 'ctrl+c':
        return this.#leave(EXIT.interrupted);
      case 'up':
      case 'k':
        return this.#scrollTo(scroll - 1);
      case 'down':
      case 'j':
        return this.#scrollTo(scroll + 1);
      case 'pageup':
        return this.#scrollTo(scroll - page);
      case 'pagedown':
      case 'space':
        return this.#scrollTo(scroll + page);
      case 'home':
        return this.#scrollTo(0);
      case 'end':
        return this.#scrollTo(Number.MAX_SAFE_INTEGER);
      case 'f':
        return this.#scrollTo(null);
      default:
        return;
    }
  }

  #scrollTo(row: number | null): void {
    this.#scroll = row === null ? null : Math.max(0, row);
    this.#screen?.changed();
  }

  #leave(code: number): void {
    this.#left ??= code;
    this.#onLeave();
  }
}

function goesOn({ run }: RunState): string {
  return `Run ${run} goes on. Watch it again with: cox status ${run} --watch`;
}
