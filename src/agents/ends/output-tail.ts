/** The last of what an agent printed, for people. */

import { printable } from '../../core/printable.ts';
import { lastPart } from '../../process/output-text.ts';
import { readTail } from '../../process/read-tail.ts';

const TAIL_BYTES = 2048;
const STDERR_BYTES = 1024;

/** Its own words first, then its standard error, cleaned. */
export async function outputTail(stderrPath: string, recentText: string): Promise<string> {
  const errors = lastPart(printable(await readTail(stderrPath, STDERR_BYTES)), { bytes: STDERR_BYTES });
  const room = TAIL_BYTES - Buffer.byteLength(errors) - 1;
  const words = lastPart(printable(recentText), { bytes: room });
  return `${words}\n${errors}`.trim();
}
