import { readdirSync, readlinkSync, realpathSync } from 'node:fs';

/** Whether a process of ours has the file open, where the system shows that as Linux does; else false. */
export function isOpen(path: string): boolean {
  const file = real(path);
  return (
    file !== null &&
    namesIn('/proc')
      .filter((name) => /^\d+$/.test(name))
      .some((pid) => namesIn(`/proc/${pid}/fd`).some((fd) => target(`/proc/${pid}/fd/${fd}`) === file))
  );
}

function real(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** None of a process that has gone meanwhile, or is another user's. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function target(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}
