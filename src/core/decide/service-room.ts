import { type Limit, runningUnder, throttlesOf, type User } from '../limits.ts';
import type { RunState } from '../run-state.ts';
import { roomOf, type Throttle } from '../throttle.ts';

/** What the limits of services leave room for, during one decision. */
export class ServiceRoom {
  readonly #state: RunState;
  readonly #now: number;
  /** By the limit's key: when those at work were asked for. */
  readonly #running = new Map<string, number[]>();

  constructor(state: RunState, now: number) {
    this.#state = state;
    this.#now = now;
  }

  /** When its service may be asked again. */
  freeFrom(user: User): number {
    return Math.max(0, ...this.#limits(user).map(({ throttle }) => throttle.until));
  }

  has(user: User): boolean {
    return this.#limits(user).every(
      ({ throttle, ...limit }) => roomOf(throttle, this.#under(limit), this.#now) > 0,
    );
  }

  take(user: User): void {
    for (const limit of this.#limits(user)) this.#under(limit).push(this.#now);
  }

  #limits(user: User): readonly (Limit & { readonly throttle: Throttle })[] {
    return throttlesOf(this.#state, user).map(([key, throttle]) => ({
      key,
      isWhole: throttle.isWhole,
      throttle,
    }));
  }

  #under(limit: Limit): number[] {
    const known = this.#running.get(limit.key);
    if (known !== undefined) return known;
    const running = [...runningUnder(this.#state, limit)];
    this.#running.set(limit.key, running);
    return running;
  }
}
