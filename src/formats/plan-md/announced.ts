/** Headings within a group, and lines before a list: what stands below them is told with them. */

interface Announcement {
  /** The rank of a heading; a line has the lowest. */
  readonly depth: number;
  readonly written: string;
  readonly title: string;
  /** With a task, or as something that is read. */
  isTold: boolean;
  isNoted: boolean;
}

const LINE = 7;
/** Says no more than that tasks follow. */
const PLAIN =
  /^(?:the )?(?:tasks?(?: list| breakdown| assignments?)?|task assignment matrix|agent assignments?|to-?dos?|work(?: items?)?|checklist)$/i;

export class Announced {
  #open: readonly Announcement[] = [];
  /** Written for nobody below: closed, and not told. */
  readonly #tell: (written: string) => void;

  constructor(tell: (written: string) => void) {
    this.#tell = tell;
  }

  heading(depth: number, written: string): void {
    this.#begin(depth, written);
  }

  line(written: string): void {
    this.#begin(LINE, written);
  }

  #begin(depth: number, written: string): void {
    this.#close(depth);
    const title = written.replace(/^#+\s*|[*_:#]+(?=\s|$)|(?<=^|\s)[*_]+/g, '').trim();
    this.#open = [...this.#open, { depth, written, title, isTold: false, isNoted: false }];
  }

  #close(depth: number): void {
    for (const each of this.#open)
      if (each.depth >= depth && !each.isTold && !each.isNoted) this.#tell(each.written);
    this.#open = this.#open.filter((each) => each.depth < depth);
  }

  /** What a task stands below, the outermost first. */
  forTask(): readonly string[] {
    this.told();
    return this.#open.map(({ title }) => title).filter((title) => title !== '' && !PLAIN.test(title));
  }

  /** What is to stand before a note. */
  forNote(): readonly string[] {
    const written = this.#open.filter(({ isNoted }) => !isNoted).map((each) => each.written);
    for (const each of this.#open) each.isNoted = true;
    return written;
  }

  told(): void {
    for (const each of this.#open) each.isTold = true;
  }

  /** A line is one for its list alone. */
  endOfList(): void {
    this.#open = this.#open.filter(({ depth }) => depth < LINE);
  }

  end(): void {
    this.#close(0);
  }
}
