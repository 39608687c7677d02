/** Formats whose entries are lines: TOML, lists of requirements, checksums of Go, lists of ignored paths. */

import { parse as parseToml } from 'smol-toml';

import { type Body, keyOfLines, numbered, type Segment, type SegmentKind } from './segments.ts';

interface Entry {
  readonly kind: SegmentKind;
  readonly key: string;
}

/** Blank lines and comments part what `read` names. Null when it cannot name a line. */
export function lineBody(
  lines: readonly string[],
  read: (line: string) => Entry | null,
  isComment = (line: string): boolean => /^\s*(?:#|\/\/)/.test(line),
): Body | null {
  const builder = new LineBody();
  for (const line of lines) {
    if (line.trim() === '') builder.blank(line);
    else if (isComment(line)) builder.comment(line);
    else {
      const entry = read(line);
      if (entry === null) return null;
      builder.add(entry, { lines: [line] });
    }
  }
  return builder.body();
}

interface Pending {
  readonly blanks: readonly string[];
  readonly comments: readonly string[];
}

class LineBody {
  readonly #segments: Segment[] = [];
  #blanks: string[] = [];
  #comments: string[] = [];

  blank(line: string): void {
    this.#flush();
    this.#blanks.push(line);
  }

  comment(line: string): void {
    this.#comments.push(line);
  }

  add({ kind, key }: Entry, content: Pick<Segment, 'lines' | 'body' | 'joint'>): void {
    const [above, { body }] = [this.#comments, content];
    const lines = body === undefined ? [...above, ...content.lines] : [];
    const whole = body === undefined ? {} : { body: { ...body, head: [...above, ...body.head] } };
    this.#segments.push({ ...content, kind, key, binds: [], blanks: this.#blanks, lines, ...whole });
    [this.#blanks, this.#comments] = [[], []];
  }

  /** What nothing has followed yet. */
  take(): Pending {
    const pending = { blanks: this.#blanks, comments: this.#comments };
    [this.#blanks, this.#comments] = [[], []];
    return pending;
  }

  body(): Body {
    this.#flush();
    return { head: [], segments: numbered(this.#segments), tail: this.#blanks, endsInComma: false };
  }

  /** A comment with a blank line below stands for itself. */
  #flush(): void {
    if (this.#comments.length === 0) return;
    const lines = this.#comments;
    this.#segments.push({ kind: 'comment', key: keyOfLines(lines), binds: [], blanks: this.#blanks, lines });
    [this.#blanks, this.#comments] = [[], []];
  }
}

const REQUIREMENT = /^\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?:$|[<>=!~;@( #])/;

/** The name by which a Python package is known, however it is written; null for an option or a path. */
export function requirementName(text: string): string | null {
  return (
    REQUIREMENT.exec(text)?.[1]
      ?.toLowerCase()
      .replace(/[-_.]+/g, '-') ?? null
  );
}

/** `requirements.txt`, https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
export function requirementsBody(text: string): Body | null {
  return lineBody(text.split('\n'), (line) => {
    // It goes on in the next line.
    if (/\\\s*$/.test(line)) return null;
    const name = requirementName(line);
    return name === null ? { kind: 'other', key: line.trim() } : { kind: 'dependency', key: name };
  });
}

/** `go.sum`: module, version, hash. A set of lines, of which more than is needed does no harm. */
export function checksumsBody(text: string): Body | null {
  return lineBody(text.split('\n'), (line) => {
    const [module, version, hash, more] = line.trim().split(/\s+/);
    const isWhole = module !== undefined && version !== undefined && hash !== undefined && more === undefined;
    return isWhole ? { kind: 'dependency', key: `${module} ${version}` } : null;
  });
}

/** Paths that are ignored: a set, as long as none of them takes another back. */
export function ignoreBody(text: string): Body | null {
  return lineBody(
    text.split('\n'),
    (line) => (line.startsWith('!') ? null : { kind: 'entry', key: line.trim() }),
    (line) => line.startsWith('#'),
  );
}

const DEPENDENCY_TABLES =
  /^(?:(?:target\.(?:'[^']*'|"[^"]*"|[^.]+)\.|workspace\.)?(?:dev-|build-)?dependencies|tool\.poetry\.(?:dev-)?dependencies|tool\.poetry\.group\.[^.]+\.dependencies|project\.optional-dependencies|dependency-groups)$/;
/** Of one value. A longer one is an entry that cannot be looked into, and so nothing is. */
const MOST_LINES = 500;

/** TOML by tables and keys. Null for what is none. */
export function tomlBody(text: string): Body | null {
  return readToml(text) === null ? null : new TomlReader(text.split('\n')).read();
}

const HEADER = /^\s*\[(\[?)\s*(.*?)\s*\]\]?\s*(?:#.*)?$/;
const KEY = /^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=/;

interface Table {
  readonly name: string;
  readonly head: readonly string[];
  readonly blanks: readonly string[];
  readonly body: LineBody;
}

class TomlReader {
  readonly #lines: readonly string[];
  readonly #top = new LineBody();
  #table: Table | null = null;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): Body | null {
    for (let at = 0; at < this.#lines.length; at += 1) {
      const line = this.#lines[at] ?? '';
      const into = this.#table?.body ?? this.#top;
      const header = HEADER.exec(line);
      if (line.trim() === '') into.blank(line);
      else if (/^\s*#/.test(line)) into.comment(line);
      else if (header !== null) this.#open(`${header[1] ?? ''}${header[2] ?? ''}`, line);
      else {
        const end = statementEnd(this.#lines, at);
        const key = KEY.exec(line)?.[1];
        if (end === null || key === undefined) return null;
        addStatement(into, { key, table: this.#table?.name ?? '' }, this.#lines.slice(at, end + 1));
        at = end;
      }
    }
    const { blanks, comments } = this.#close();
    for (const line of blanks) this.#top.blank(line);
    for (const line of comments) this.#top.comment(line);
    return this.#top.body();
  }

  /** What stands right above a table is its own. */
  #open(name: string, line: string): void {
    const { blanks, comments } = this.#close();
    this.#table = { name, head: [...comments, line], blanks, body: new LineBody() };
  }

  #close(): Pending {
    if (this.#table === null) return this.#top.take();
    const { name, head, blanks, body } = this.#table;
    const pending = body.take();
    for (const line of blanks) this.#top.blank(line);
    this.#top.add({ kind: 'key', key: `[${name}]` }, { lines: [], body: { ...body.body(), head } });
    this.#table = null;
    return pending;
  }
}

function addStatement(
  into: LineBody,
  { key, table }: { readonly key: string; readonly table: string },
  lines: readonly string[],
): void {
  const kind = DEPENDENCY_TABLES.test(table) ? 'dependency' : 'key';
  const isList =
    (table === 'project' && key === 'dependencies') ||
    /^(?:project\.optional-dependencies|dependency-groups)$/.test(table) ||
    (table === 'build-system' && key === 'requires');
  const list = isList ? requirementList(lines) : null;
  into.add({ kind, key }, list === null ? { lines } : { lines: [], body: list });
}

const LISTED = /^(\s*(["'])((?:(?!\2)[^\\])*)\2)(\s*,)?(\s*(?:#.*)?)$/;

/** A list of requirements, each in a line of its own. */
function requirementList(lines: readonly string[]): Body | null {
  const [head, tail] = [lines[0], lines.at(-1)];
  if (lines.length < 3 || head === undefined || tail === undefined) return null;
  if (!/=\s*\[\s*(?:#.*)?$/.test(head) || !/^\s*\]\s*(?:#.*)?$/.test(tail)) return null;
  let endsInComma = false;
  const builder = new LineBody();
  for (const line of lines.slice(1, -1)) {
    if (line.trim() === '') builder.blank(line);
    else if (/^\s*#/.test(line)) builder.comment(line);
    else {
      const [, before, , text = '', comma = '', after = ''] = LISTED.exec(line) ?? [];
      const name = requirementName(text);
      if (before === undefined || name === null) return null;
      endsInComma = comma !== '';
      builder.add({ kind: 'dependency', key: name }, { lines: [`${before}${after}`], joint: before.length });
    }
  }
  const body = builder.body();
  return { ...body, head: [head], tail: [...body.tail, tail], endsInComma };
}

/** The line in which the value that begins in one ends. */
function statementEnd(lines: readonly string[], from: number): number | null {
  for (let end = from; end < lines.length && end - from < MOST_LINES; end += 1) {
    const mayEnd = end === from || /[\]}]|"""|'''/.test(lines[end] ?? '');
    if (mayEnd && readToml(lines.slice(from, end + 1).join('\n')) !== null) return end;
  }
  return null;
}

export function readToml(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return parseToml(text);
  } catch {
    return null;
  }
}
