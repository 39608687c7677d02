import { PassThrough } from 'node:stream';
import type { Output } from '../cli/context.ts';

/** A terminal's stream that only keeps what is written. */
export type PaperTerminal = PassThrough & { columns?: number; rows?: number };

/** Keeps what was written; nobody's terminal. */
export class CapturedOutput implements Output {
  readonly terminal: PaperTerminal = new PassThrough();
  readonly isTTY: boolean;
  readonly closed = false;
  text = '';

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
    this.terminal.on('data', (chunk) => this.write(String(chunk)));
  }

  write(data: string | Uint8Array): void {
    this.text += typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
  }

  async drained(): Promise<void> {}
}
