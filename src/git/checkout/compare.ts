/**
 * Whether a worktree holds a commit and nothing else, told by one process: git compares the commit with the index
 * that we wrote for an earlier one, and that with the worktree. Only of files that differ in both it does not say
 * whether the two agree; their content is compared here.
 */

import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';

import type { Commit } from '../../core/attempt.ts';
import { pointHead, runOn, type Site } from '../base/clean-dir.ts';
import { parseStatus, type RawPath, type StatusEntry, type TrackedEntry } from '../base/output.ts';
import type { Repository } from '../base/repository.ts';
import { lastValue } from '../base/settings.ts';
import type { SlotPlace } from '../slots/slot-place.ts';

export interface Comparison {
  readonly place: SlotPlace;
  readonly commit: Commit;
  /** Paths that do not count. */
  readonly isExcluded: (path: string) => boolean;
}

/** `same-but-ignored`: beside the commit's files only such lie there as the ignore rules name. In doubt, `differs`. */
export type Sight = 'same' | 'same-but-ignored' | 'differs';

/** More are compared by git itself. */
const MOST_BYTES = 8 * 1024 * 1024;

export async function compareWithCommit(
  site: Site,
  { place, commit, isExcluded }: Comparison,
): Promise<Sight> {
  const { repository } = site;
  if (repository.sparse || repository.hasSubmodules) return 'differs';
  // Status compares with HEAD. Nothing else that is done with this directory looks at it.
  pointHead(site, commit);
  const listed = await runOn(site, {
    args: [
      'status',
      '--porcelain=v2',
      '-z',
      '--no-renames',
      '--untracked-files=all',
      '--ignored=matching',
      // Else git would look into a repository that an agent has made, with that one's configuration.
      '--ignore-submodules=dirty',
    ],
    indexFile: place.index,
  });
  if (!listed.ok) return 'differs';
  const entries = parseStatus(listed.value.stdout).filter(({ path }) => !isExcluded(path.toString('utf8')));
  return judge(entries, new Disk(place.path, repository));
}

function judge(entries: readonly StatusEntry[], disk: Disk): Sight {
  const untracked = new Set<string>();
  const committed = new Set<string>();
  let isIgnored = false;
  for (const entry of entries) {
    const path = entry.path.toString('latin1');
    switch (entry.is) {
      case 'tracked':
        if (!agrees(entry, disk)) return 'differs';
        committed.add(path);
        break;
      case 'untracked':
        untracked.add(path);
        break;
      case 'ignored':
        isIgnored = true;
        break;
      case 'unmerged':
        return 'differs';
    }
  }
  // To the index, what the commit has added is untracked.
  if ([...untracked].some((path) => !committed.has(path))) return 'differs';
  return isIgnored ? 'same-but-ignored' : 'same';
}

/** Whether the worktree has the file as HEAD has it. */
function agrees({ path, staged, unstaged, headMode, indexMode, headId }: TrackedEntry, disk: Disk): boolean {
  if (headMode === '160000' || indexMode === '160000') return false;
  // Equal to the index, which HEAD is not; or the other way round.
  if (staged === '.' || unstaged === '.') return staged === 'D' && disk.holds(path, headMode, headId);
  // HEAD does not have it.
  if (staged === 'A') return unstaged === 'D';
  return unstaged !== 'D' && disk.holds(path, headMode, headId);
}

class Disk {
  readonly #top: Buffer;
  readonly #algorithm: 'sha1' | 'sha256';
  readonly #hasModes: boolean;
  #bytesLeft = MOST_BYTES;

  constructor(top: string, { objectFormat, settings }: Repository) {
    this.#top = Buffer.from(`${top}/`);
    this.#algorithm = objectFormat;
    this.#hasModes = lastValue(settings.lines, 'core.filemode') !== 'false';
  }

  /** Byte for byte: what differs only in what a filter or a line end makes of it does not count as equal. */
  holds(path: RawPath, mode: string, id: string): boolean {
    const file = Buffer.concat([this.#top, path]);
    try {
      const stat = lstatSync(file);
      this.#bytesLeft -= stat.size;
      if (this.#bytesLeft < 0) return false;
      if (stat.isSymbolicLink())
        return mode === '120000' && this.#idOf(readlinkSync(file, { encoding: 'buffer' })) === id;
      if (!stat.isFile()) return false;
      const own = (stat.mode & 0o100) === 0 ? '100644' : '100755';
      const isRightMode = this.#hasModes ? mode === own : mode === '100644' || mode === '100755';
      return isRightMode && this.#idOf(readFileSync(file)) === id;
    } catch {
      return false;
    }
  }

  #idOf(content: Buffer): string {
    return createHash(this.#algorithm).update(`blob ${content.length}\0`).update(content).digest('hex');
  }
}
