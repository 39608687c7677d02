/** Commits of the simulator: names for which it is known what work they hold. */

import type { Commit } from '../core/attempt.ts';
import type { Found } from '../core/blame.ts';
import type { Branch } from '../core/branch.ts';
import type { Intent } from '../core/event.ts';

type Blaming = Extract<Intent, { type: 'blame.starting' }>;

export class SimulatedCommits {
  readonly #holds = new Map<Commit, ReadonlySet<Commit>>();
  readonly #merges = new Map<string, Commit>();
  readonly #resolved = new Map<Commit, Commit>();

  /** The tips of attempts whose work is in it, in the order in which it came. */
  holds(commit: Commit): ReadonlySet<Commit> {
    return this.#holds.get(commit) ?? new Set();
  }

  /** An attempt's work on top of what it started from. */
  work(tip: Commit, startFrom: Commit): void {
    if (!this.#holds.has(tip)) this.#holds.set(tip, new Set([...this.holds(startFrom), tip]));
  }

  /** A merge with its conflicts in it. */
  unresolved({ onto, tip, since }: Branch & { readonly onto: Commit }): Commit {
    const name = `unresolved-${tip}-on-${onto}`;
    this.#holds.set(name, new Set([...this.holds(onto), ...this.#brought(tip, since)]));
    return name;
  }

  /** What stands on a commit never conflicts with it. */
  resolve(tip: Commit, { onto }: { readonly onto: Commit }): void {
    this.#resolved.set(tip, onto);
  }

  isResolvedOn({ tip, onto }: { readonly tip: Commit; readonly onto: Commit }): boolean {
    return this.#resolved.get(tip) === onto;
  }

  #brought(tip: Commit, since: Commit | undefined): readonly Commit[] {
    const without = since === undefined ? new Set() : this.holds(since);
    return [...[...this.holds(tip)].filter((each) => !without.has(each)), tip];
  }

  /** The same request gives the same commit; `name` is for one that is new. */
  merge(onto: Commit, { tip, since }: Branch, name: Commit): Commit {
    const key = JSON.stringify([onto, tip, since]);
    const known = this.#merges.get(key);
    if (known !== undefined) return known;
    this.#merges.set(key, name);
    this.#holds.set(name, new Set([...this.holds(onto), ...this.#brought(tip, since)]));
    return name;
  }

  /** As the engine searches, without its economy. */
  blame(
    { task, tip, ground, before, command }: Blaming,
    passes: (tips: ReadonlySet<Commit>) => boolean,
  ): Found {
    const red = (others: readonly Branch[]): boolean =>
      !passes(new Set([...this.holds(ground), ...others.map((each) => each.tip), tip]));
    const result = { command, passed: false, exitCode: 1, durationMs: 1, output: `${task} failed` };
    if (red([])) return { is: 'alone', result };
    const at = before.findIndex((_, index) => red(before.slice(0, index + 1)));
    const partner = before[at];
    if (partner === undefined) return { is: 'passed' };
    return { is: 'together', with: partner.task, more: !red([partner]), result };
  }
}
