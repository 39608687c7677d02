/** Messages for an agent, one file each. They only inform: one that cannot be written is lost. */

import { randomUUID } from 'node:crypto';
import { lstat, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Message } from '../../core/message.ts';

/**
 * The file appears whole. It is written beside the folder, for that one is the agent's too: whatever lies there, also
 * under the message's own name, is replaced and not followed.
 */
export async function putMessage(inbox: string, message: Message): Promise<void> {
  const fresh = join(dirname(inbox), `message-${randomUUID()}.new`);
  try {
    if (!(await lstat(inbox)).isDirectory()) return;
    await writeFile(fresh, `${JSON.stringify(message, null, 2)}\n`, { flag: 'wx' });
    await rename(fresh, join(inbox, `${message.message_id}.json`));
  } catch {
    await rm(fresh, { force: true }).catch(() => undefined);
  }
}
