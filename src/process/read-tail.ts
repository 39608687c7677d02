import { open } from 'node:fs/promises';

/** At most the last `bytes` of a file as UTF-8; empty when it cannot be read. A character cut in two is left out. */
export async function readTail(path: string, bytes: number): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - bytes);
      const buffer = Buffer.alloc(Math.min(size, bytes));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
      const text = buffer.toString('utf8', 0, bytesRead);
      return start === 0 ? text : text.replace(/^\ufffd+/, '');
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
