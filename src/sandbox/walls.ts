import type { SandboxLevel } from '../core/isolation.ts';
import { err, type Result } from '../core/result.ts';
import type { Bounds, Launch } from '../ports/sandbox.ts';

export interface WallsFound {
  readonly level: SandboxLevel;
  /** Why there are none, for people; empty when there are. */
  readonly detail: string;
}

/** Bounds for a process that is to see only what it is shown. */
export type WallBounds = Bounds & { readonly mounts: NonNullable<Bounds['mounts']> };

/** What keeps a process from the files and the network of the machine. One kind for each system. */
export interface Walls {
  /** As of the port. */
  readonly showsElsewhere: boolean;
  /** Found out once, by trying. */
  find(): Promise<WallsFound>;
  enclose(launch: Launch, bounds: WallBounds): Promise<Result<Launch, string>>;
  /** What of a path, or of where it leads, nothing holds that each process inside is shown; null for nothing. */
  hiddenPart(path: string): string | null;
}

/** For a system without any. */
export class NoWalls implements Walls {
  readonly showsElsewhere = false;
  readonly #detail: string;

  constructor(detail: string) {
    this.#detail = detail;
  }

  async find(): Promise<WallsFound> {
    return { level: 'none', detail: this.#detail };
  }

  async enclose(): Promise<Result<Launch, string>> {
    return err(this.#detail);
  }

  hiddenPart(): null {
    return null;
  }
}
