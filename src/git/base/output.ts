/** Parsers of what git prints with `-z`. Pure and total: file names may hold any byte but NUL. */

/** A path as git has it: bytes, for it need not be UTF-8. */
export type RawPath = Buffer;

/** Fields that each end with NUL. */
export function splitNul(output: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  let start = 0;
  while (start < output.length) {
    const end = output.indexOf(0, start);
    if (end < 0) {
      fields.push(output.subarray(start));
      break;
    }
    fields.push(output.subarray(start, end));
    start = end + 1;
  }
  return fields;
}

/** The inverse, for `--stdin -z`. */
export function joinNul(fields: readonly (string | Uint8Array)[]): Buffer {
  const nul = Buffer.of(0);
  return Buffer.concat(fields.flatMap((field) => [Buffer.from(field), nul]));
}

export function splitLines(output: Buffer): string[] {
  return output
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** Differs between HEAD, the index and the worktree. */
export interface TrackedEntry {
  readonly is: 'tracked';
  readonly path: RawPath;
  /** From HEAD to the index, and from there to the worktree: a dot for equal, else a letter. */
  readonly staged: string;
  readonly unstaged: string;
  /** What HEAD and the index hold there; `000000` for nothing. */
  readonly headMode: string;
  readonly indexMode: string;
  readonly headId: string;
}

export type StatusEntry =
  | TrackedEntry
  /** Left from a conflict. */
  | { readonly is: 'unmerged'; readonly path: RawPath }
  | { readonly is: 'untracked'; readonly path: RawPath }
  | { readonly is: 'ignored'; readonly path: RawPath };

/** `git status --porcelain=v2 -z`, https://git-scm.com/docs/git-status#_porcelain_format_version_2 */
export function parseStatus(output: Buffer): StatusEntry[] {
  const entries: StatusEntry[] = [];
  const fields = splitNul(output);
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] ?? Buffer.alloc(0);
    switch (String.fromCharCode(field[0] ?? 0)) {
      case '1':
        entries.push(trackedEntry(field, 8));
        break;
      case '2':
        entries.push(trackedEntry(field, 9));
        // The name it had before stands in a field of its own.
        index += 1;
        break;
      case 'u':
        entries.push({ is: 'unmerged', path: afterFields(field, 10) });
        break;
      case '?':
        entries.push({ is: 'untracked', path: field.subarray(2) });
        break;
      case '!':
        entries.push({ is: 'ignored', path: field.subarray(2) });
        break;
      default:
        break;
    }
  }
  return entries;
}

function trackedEntry(field: Buffer, fieldsBeforePath: number): TrackedEntry {
  const path = afterFields(field, fieldsBeforePath);
  const text = field.subarray(0, field.length - path.length).toString('latin1');
  const [, change = '', , headMode = '', indexMode = '', , headId = ''] = text.split(' ');
  const [staged = '', unstaged = ''] = change;
  return { is: 'tracked', path, staged, unstaged, headMode, indexMode, headId };
}

/** What stands behind that many fields, each followed by one space. */
function afterFields(field: Buffer, count: number): Buffer {
  let start = 0;
  for (let seen = 0; seen < count; seen += 1) {
    const space = field.indexOf(0x20, start);
    if (space < 0) return field.subarray(field.length);
    start = space + 1;
  }
  return field.subarray(start);
}

export interface TreeChange {
  readonly path: RawPath;
  /** Octal, e.g. `100644`; `160000` is a commit of another repository, `000000` an absent file. */
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  readonly newId: string;
}

export interface TreeDiff {
  readonly changes: readonly TreeChange[];
  readonly linesAdded: number;
  readonly linesRemoved: number;
}

/** `git diff-tree -r -z --raw --numstat --no-renames`. Binary files count no lines. */
export function parseTreeDiff(output: Buffer): TreeDiff {
  const changes: TreeChange[] = [];
  let linesAdded = 0;
  let linesRemoved = 0;
  const fields = splitNul(output);
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] ?? Buffer.alloc(0);
    if (field[0] === 0x3a) {
      const [oldMode, newMode, oldId, newId] = field.subarray(1).toString('latin1').split(' ');
      const path = fields[index + 1];
      index += 1;
      if (
        oldMode === undefined ||
        newMode === undefined ||
        oldId === undefined ||
        newId === undefined ||
        path === undefined
      )
        continue;
      changes.push({ path, oldMode, newMode, oldId, newId });
    } else {
      const counts = /^(\d+|-)\t(\d+|-)\t/.exec(field.toString('latin1'));
      linesAdded += Number.parseInt(counts?.[1] ?? '', 10) || 0;
      linesRemoved += Number.parseInt(counts?.[2] ?? '', 10) || 0;
    }
  }
  return { changes, linesAdded, linesRemoved };
}

export interface TreeEntry {
  readonly path: RawPath;
  /** Octal, e.g. `100644`. */
  readonly mode: string;
  readonly id: string;
  /** In bytes; 0 for a submodule. */
  readonly size: number;
}

/** `git ls-tree -r -z --long`: mode, type, id and size, a tab, the path. */
export function parseTree(output: Buffer): TreeEntry[] {
  return splitNul(output).flatMap((field) => {
    const tab = field.indexOf(0x09);
    if (tab < 0) return [];
    const match = /^(\d{6}) [a-z]+ ([0-9a-f]{40,64}) +(\d+|-)$/.exec(field.toString('latin1', 0, tab));
    if (match === null) return [];
    const [, mode = '', id = '', size = ''] = match;
    return [{ path: field.subarray(tab + 1), mode, id, size: Number.parseInt(size, 10) || 0 }];
  });
}

/** An object's id, or null where git knows none. In the order of the names asked for. */
export function parseBatchCheck(output: Buffer): (string | null)[] {
  return splitLines(output).map((line) => /^([0-9a-f]{40,64}) [a-z]+ \d+$/.exec(line)?.[1] ?? null);
}

export interface BatchObject {
  /** `blob`, `commit`, `tree` or `tag`. */
  readonly type: string;
  readonly content: Buffer;
}

/** `git cat-file --batch`: the objects in the order of the names asked for, null where git knows none. */
export function parseBatch(output: Buffer): (BatchObject | null)[] {
  const objects: (BatchObject | null)[] = [];
  let start = 0;
  while (start < output.length) {
    const end = output.indexOf('\n', start);
    if (end < 0) break;
    const header = /^[0-9a-f]{40,64} ([a-z]+) (\d+)$/.exec(output.toString('latin1', start, end));
    start = end + 1;
    if (header === null) {
      objects.push(null);
      continue;
    }
    const [, type = '', size = '0'] = header;
    objects.push({ type, content: output.subarray(start, start + Number(size)) });
    start += Number(size) + 1;
  }
  return objects;
}

export interface CommitHeader {
  readonly tree: string;
  readonly parents: readonly string[];
  /** Seconds since the epoch and the zone. */
  readonly committed: string;
}

/** The beginning of a commit as git stores it; null for what is none. */
export function parseCommit(content: Buffer): CommitHeader | null {
  const header = content.toString('latin1').split('\n\n', 1)[0] ?? '';
  const tree = /^tree ([0-9a-f]{40,64})$/m.exec(header)?.[1];
  const committed = /^committer .*> (\d+ [+-]\d{4})$/m.exec(header)?.[1];
  const parents = [...header.matchAll(/^parent ([0-9a-f]{40,64})$/gm)].map(([, parent = '']) => parent);
  return tree === undefined ? null : { tree, parents, committed: committed ?? '0 +0000' };
}

export interface ConfigLine {
  /** `system`, `global`, `local`, `worktree` or `command`. */
  readonly scope: string;
  /** Section and last part in lower case, as git gives it. */
  readonly key: string;
  /** Empty for a key without a value, which means true. */
  readonly value: string;
}

/** `git config --list -z --show-scope`: scope NUL key LF value NUL. */
export function parseConfig(output: Buffer): ConfigLine[] {
  const fields = splitNul(output).map((field) => field.toString('utf8'));
  const lines: ConfigLine[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const scope = fields[index] ?? '';
    const text = fields[index + 1] ?? '';
    const end = text.indexOf('\n');
    lines.push({
      scope,
      key: end < 0 ? text : text.slice(0, end),
      value: end < 0 ? '' : text.slice(end + 1),
    });
  }
  return lines;
}

/** `git version 2.39.5 (Apple Git-154)` → [2, 39]; null for anything else. */
export function parseVersion(output: string): readonly [major: number, minor: number] | null {
  const match = /git version (\d+)\.(\d+)/.exec(output);
  return match === null ? null : [Number(match[1]), Number(match[2])];
}
