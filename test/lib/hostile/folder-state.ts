import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Names, kinds, permissions and contents of all that lies in a folder, as text. */
export type FolderState = string;

export function folderStates(
  ids: Iterable<string>,
  folder: (id: string) => string,
): Map<string, FolderState> {
  return new Map([...ids].map((id) => [id, stateOf(folder(id))]));
}

function stateOf(path: string): FolderState {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'gone';
  const kind = stat.mode.toString(8);
  if (stat.isSymbolicLink()) return `${kind} ${readlinkSync(path)}`;
  if (stat.isFile()) return `${kind} ${stat.nlink} ${readFileSync(path, 'utf8')}`;
  if (!stat.isDirectory()) return kind;
  return [
    kind,
    ...readdirSync(path)
      .sort()
      .map((name) => `${name}: ${stateOf(join(path, name))}`),
  ].join('\n');
}
