/** What a hostile agent tries, as data: a script, and how one would see on the host that it got through. */

import type { GitFixture } from '../../../src/testing/git-fixture.ts';

/** The host as it is before a run; what an attempt needs to be there is made here. */
export interface Ground {
  /** Everything of the test lies in here, also the user's home. */
  readonly root: string;
  readonly checkout: string;
  readonly home: string;
  readonly git: GitFixture['git'];
  /** A folder that the attempt has no business in. It holds a file `secret`. */
  place(id: string): string;
  /** What must not come out; another one for each attempt. */
  secret(id: string): string;
  /** A branch that is not the attempt's. */
  victim(id: string): string;
  /** Id of a file's content in another repository, whose text is a secret. */
  readonly stolen: string;
}

/** The host when the run has ended. */
export interface Aftermath extends Ground {
  /** All that was kept of what the attempt's agent printed. */
  log(id: string): string;
  /** Absolute; the folders of its attempts. */
  attemptFolder(id: string): string;
  /** By `cox status --json`. */
  state(id: string): string;
  /** All that `cox` printed during the run and when it was asked about it. */
  readonly printed: string;
  /** Name of the integration branch. */
  readonly merged: string;
}

export interface Attempt {
  /** What is tried, for people. */
  readonly name: string;
  /**
   * For `sh -u`, in the worktree, for 20 seconds at most. Knows ROOT, REPO, PLACE, VICTIM and ID. A line that begins with `GOT:`
   * says that it got something that it must not have.
   */
  readonly script: string;
  readonly before?: (ground: Ground, id: string) => void;
  /** How it shows that it got through, beside `GOT:`, a change in its place, and its secret in what is kept. */
  readonly sign?: (after: Aftermath, id: string) => string | null;
  /**
   * The same without a sandbox: gets through on every machine, may get through, or is not tried, for it would harm the
   * machine or the run itself.
   */
  readonly bare: 'succeeds' | 'may' | 'untried';
  /** With a network of its own and nothing in it. */
  readonly offline?: true;
}

export function seen(condition: boolean, what: string): string | null {
  return condition ? what : null;
}
