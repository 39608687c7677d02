import { unreachable } from '../core/result.ts';
import type { CoxApi } from '../engine/api.ts';
import type { CliHost, Signal } from './context.ts';
import { EXIT } from './exit.ts';

export interface StopSignalsOptions {
  readonly api: Pick<CoxApi, 'request'>;
  readonly run: string;
  readonly host: Pick<CliHost, 'exitNow'>;
  readonly note: (text: string) => void;
}

type StopMode = 'drain' | 'now';
type StopReason = 'interrupted' | 'terminated';

/**
 * What signals mean to a process that drives a run. Ctrl-C once: agents that run may end. Twice: they are stopped,
 * with their work kept. Three times: this process ends at once, and `resume` takes the agents up again. A closed
 * terminal is no reason to throw away the agents' work: the run goes on without output.
 */
export class StopSignals {
  readonly #options: StopSignalsOptions;
  #interrupts = 0;
  #terminations = 0;
  #isOpen = false;
  #waiting: { readonly mode: StopMode; readonly reason: StopReason } | null = null;

  constructor(options: StopSignalsOptions) {
    this.#options = options;
  }

  /** The run is ours now. Opening it cancels stops that were asked for before, so one that came too early is asked for again. */
  opened(): void {
    this.#isOpen = true;
    if (this.#waiting !== null) this.#ask(this.#waiting.mode, this.#waiting.reason);
  }

  receive(signal: Signal): void {
    switch (signal) {
      case 'SIGHUP':
        return;
      case 'SIGINT':
        return this.#interrupt();
      case 'SIGTERM':
        return this.#terminate();
      default:
        return unreachable(signal);
    }
  }

  #interrupt(): void {
    const { note, run, host } = this.#options;
    this.#interrupts += 1;
    if (this.#interrupts === 1) {
      note(
        'cox: stopping: nothing new starts, and agents that run may end. Press Ctrl-C again to stop them now.',
      );
      this.#ask('drain', 'interrupted');
    } else if (this.#interrupts === 2) {
      note('cox: stopping the agents; their work is kept. Press Ctrl-C again to leave at once.');
      this.#ask('now', 'interrupted');
    } else {
      note(`cox: left; agents may still run. Go on with: cox resume ${run}`);
      host.exitNow(EXIT.interrupted);
    }
  }

  #terminate(): void {
    const { note, run, host } = this.#options;
    this.#terminations += 1;
    if (this.#terminations === 1) {
      note('cox: stopping the agents; their work is kept.');
      this.#ask('now', 'terminated');
    } else {
      note(`cox: left; agents may still run. Go on with: cox resume ${run}`);
      host.exitNow(EXIT.terminated);
    }
  }

  #ask(mode: StopMode, reason: StopReason): void {
    this.#waiting = this.#isOpen ? null : { mode, reason };
    if (!this.#isOpen) return;
    const { api, run, note } = this.#options;
    api.request(run, { type: 'requested.stop', mode, reason }).then(
      (result) => {
        // A run that has just ended needs no stop.
        if (!result.ok && result.error.reason !== 'finished') note(`cox: ${result.error.message}`);
      },
      (error: unknown) => note(`cox: the stop could not be asked for: ${String(error)}`),
    );
  }
}
