/** What every command is given: the host, the parts, and how to speak. */

import type { CliHost, CliParts, Output } from './context.ts';
import type { Stop } from './exit.ts';
import { cleanLines } from './render/clean.ts';
import { COLOURED, PLAIN, type Style } from './render/style.ts';

export class Cli {
  readonly host: CliHost;
  readonly parts: CliParts;
  /** The folder that paths are relative to: `-C`, or the current one. Absolute. */
  folder: string;
  /** What the process ends with. */
  exitCode = 0;
  #colour: boolean;

  /** Runs another command line in this process; the value is its exit code. */
  readonly runAgain: (argv: readonly string[], env: CliHost['env']) => Promise<number>;

  constructor(host: CliHost, parts: CliParts, runAgain: Cli['runAgain']) {
    this.runAgain = runAgain;
    this.host = host;
    this.parts = parts;
    this.folder = host.cwd;
    this.#colour = (host.env['NO_COLOR'] ?? '') === '';
  }

  withoutColour(): void {
    this.#colour = false;
  }

  style(output: Output): Style {
    return this.#colour && output.isTTY && this.host.env['TERM'] !== 'dumb' ? COLOURED : PLAIN;
  }

  width(output: Output): number {
    return output.isTTY ? output.terminal.columns || 80 : PIPE_WIDTH;
  }

  /** Data: what was asked for. */
  print(lines: readonly string[]): void {
    if (lines.length > 0) this.host.stdout.write(`${lines.join('\n')}\n`);
  }

  /** Everything else. The text may be untrusted and have several lines. */
  say(text: string): void {
    this.host.stderr.write(`${cleanLines(text).join('\n')}\n`);
  }

  /** Says why the command cannot go on; the value is its exit code. */
  stop({ code, message, remedy }: Stop): number {
    const style = this.style(this.host.stderr);
    const [first = '', ...rest] = cleanLines(message);
    const more = [...rest, ...(remedy === '' ? [] : cleanLines(remedy))].map((line) => `     ${line}`);
    this.host.stderr.write(`${[`${style.bad('cox:')} ${first}`, ...more].join('\n')}\n`);
    return code;
  }
}

/** Lines of a pipe or a file are cut by nobody who reads them; this bounds what an untrusted text can do. */
const PIPE_WIDTH = 2000;
