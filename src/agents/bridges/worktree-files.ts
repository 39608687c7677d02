import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';

/** A step that did not work; its message is printed and the agent ends with code 1. */
export class StepFailure extends Error {}

/** File steps, held inside the worktree: neither `..` nor a symbolic link leads out of it. */
export class WorktreeFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = realpathSync(root);
  }

  write(path: string, text: string): void {
    writeFileSync(this.#writable(path), text);
  }

  append(path: string, text: string): void {
    appendFileSync(this.#writable(path), text);
  }

  read(path: string): string | null {
    try {
      return readFileSync(this.#inside(join(this.#root, path)), 'utf8');
    } catch (error) {
      if (error instanceof StepFailure) throw error;
      return null;
    }
  }

  edit(path: string, find: string, replace: string): void {
    const text = this.read(path);
    if (text === null) throw new StepFailure(`${path} cannot be read`);
    if (!text.includes(find)) throw new StepFailure(`${path} does not hold the text to replace`);
    this.write(
      path,
      text.replace(find, () => replace),
    );
  }

  delete(path: string): void {
    const full = join(this.#root, path);
    this.#inside(dirname(full));
    rmSync(full, { recursive: true });
  }

  #writable(path: string): string {
    const full = join(this.#root, path);
    this.#inside(nearestFolder(dirname(full)));
    mkdirSync(dirname(full), { recursive: true });
    return this.#inside(full);
  }

  /** The path, once what it leads to is known to lie in the worktree. */
  #inside(path: string): string {
    const real = resolved(path);
    const from = relative(this.#root, real);
    if (from === '..' || from.startsWith(`..${sep}`) || isAbsolute(from)) {
      throw new StepFailure(`${relative(this.#root, path)} leads out of the worktree`);
    }
    return path;
  }
}

function nearestFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : nearestFolder(parent);
  }
}

/** A file that is not there yet lies where its folder lies; a link to nowhere would be written through. */
function resolved(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
    return join(realpathSync(dirname(path)), basename(path));
  }
  try {
    return realpathSync(path);
  } catch {
    throw new StepFailure(`${basename(path)} is a link to nowhere`);
  }
}
