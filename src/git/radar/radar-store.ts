/**
 * Objects of looks at work that is not finished: kept apart from the repository, whose objects they borrow, so that
 * they can be thrown away at any time. No agent is shown them.
 */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { writeWhole } from '../base/small-files.ts';

/** Bytes of files, after which all is begun anew. */
const MOST_BYTES = 256 * 1024 * 1024;
/** What a file costs beside its content: its object, its part of the trees, and what merges make of it. */
const BYTES_OF_EACH = 4096;

export class RadarStore {
  /** Absolute. */
  readonly objects: string;
  readonly #folder: string;
  readonly #repositoryObjects: string;
  #bytes = 0;

  /** `folder` is ours alone; what a process before left in it is removed. */
  constructor(folder: string, repositoryObjects: string) {
    this.#folder = folder;
    this.#repositoryObjects = repositoryObjects;
    this.objects = join(folder, 'objects');
    this.empty();
  }

  get isFull(): boolean {
    return this.#bytes > MOST_BYTES;
  }

  wrote(files: number, bytes: number): void {
    this.#bytes += bytes + files * BYTES_OF_EACH;
  }

  /** A file for the length of one call of git. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  empty(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(join(this.objects, 'info'), { recursive: true, mode: 0o700 });
    writeWhole(join(this.objects, 'info', 'alternates'), `${this.#repositoryObjects}\n`);
    this.#bytes = 0;
  }
}
