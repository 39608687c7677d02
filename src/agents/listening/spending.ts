/** What an agent's output has told so far of what its attempt uses, with its cost. */

import type { AttemptSpec } from '../../core/attempt.ts';
import type { PriceRule } from '../../core/price-table.ts';
import { withCost } from '../../core/prices.ts';
import { addUsage, type Usage } from '../../core/usage.ts';
import type { SpendingEvent } from '../driver.ts';
import type { FoundDriver } from '../registry.ts';
import { countedAgain } from '../sessions/session-facts.ts';

/** With what its agent counts once more. */
export function spendingOf({ driver, ready }: FoundDriver, { prices, counted }: Counted): SpendingOptions {
  return {
    ...(prices === undefined ? {} : { prices }),
    ...(ready.model === undefined ? {} : { model: ready.model }),
    counted: countedAgain(driver, counted),
  };
}

type Counted = Pick<AttemptSpec, 'prices' | 'counted'>;
type Counts = { -readonly [K in keyof Usage]: Usage[K] };
type Told = SpendingEvent;

export interface SpendingOptions {
  readonly prices?: readonly PriceRule[];
  /** As the agent is started; it may name another. */
  readonly model?: string;
  /** What its totals hold of earlier attempts. */
  readonly counted?: Usage;
}

/** Of answers of the model that may still be told again with more in them. */
const MOST_OPEN = 64;

export class Spending {
  readonly #prices: readonly PriceRule[];
  readonly #counted: Usage;
  #model: string | undefined;
  #totals: Usage = {};
  /** Of answers that are not told again. */
  #closed: Usage = {};
  readonly #open = new Map<string, Usage>();
  /** Of all its models together. */
  #summed: Usage | undefined;
  /** Asked for far more often than anything is told; null when it must be worked out. */
  #used: Usage | null = null;

  constructor({ prices = [], model, counted = {} }: SpendingOptions = {}) {
    this.#prices = prices;
    this.#model = model;
    this.#counted = counted;
  }

  take(event: Told): void {
    this.#used = null;
    switch (event.type) {
      case 'model':
        this.#model = event.model;
        return;
      case 'usage':
        this.#totals = { ...this.#totals, ...event.usage };
        if (event.models !== undefined) this.#summed = this.#sumOf(event.models);
        return;
      case 'usage-added':
        return this.#add(event);
      default:
        return event satisfies never;
    }
  }

  /** Of this attempt alone. */
  get used(): Usage {
    this.#used ??= this.#workOut();
    return this.#used;
  }

  #workOut(): Usage {
    const added = this.#summed ?? [...this.#open.values()].reduce(addUsage, this.#closed);
    const own = since(this.#totals, this.#counted);
    const counts: Counts = {};
    for (const key of COUNTED) {
      // An agent that is stopped has told no totals, and totals may leave out what its helpers read.
      const most = Math.max(own[key] ?? -1, added[key] ?? -1);
      // What it wrote may be an estimate until then.
      const count = key === 'outputTokens' ? (own[key] ?? most) : most;
      if (count >= 0) counts[key] = count;
    }
    const costUsd = this.#ownCost(added.costUsd ?? 0);
    if (costUsd > 0) return { ...counts, costUsd };
    if (COUNTED.every((key) => counts[key] === added[key])) return added;
    return withCost(counts, this.#model, this.#prices);
  }

  /**
   * What its total holds beside what it has told for earlier attempts. Of one that was ended before it told anything
   * Claude Code keeps the cost when it was asked to end, and none when it was killed; whether the estimate of it is part
   * of the total shows by what the answers of this attempt cost, about.
   */
  #ownCost(about: number): number {
    const { costUsd: total } = this.#totals;
    if (total === undefined) return 0;
    const { costUsd: counted = 0, estimatedUsd: estimated = 0 } = this.#counted;
    const without = Math.max(0, total - (counted - estimated));
    const within = Math.max(0, total - counted);
    return Math.abs(within - about) < Math.abs(without - about) ? within : without;
  }

  #sumOf(models: Readonly<Record<string, Usage>>): Usage {
    return Object.entries(models)
      .map(([model, usage]) => withCost(usage, model, this.#prices))
      .reduce(addUsage, {});
  }

  #add({ id, model = this.#model, usage }: Extract<Told, { readonly type: 'usage-added' }>): void {
    const priced = withCost(usage, model, this.#prices);
    if (id === undefined) {
      this.#closed = addUsage(this.#closed, priced);
      return;
    }
    this.#open.set(id, priced);
    const [oldest] = this.#open;
    if (this.#open.size <= MOST_OPEN || oldest === undefined) return;
    this.#open.delete(oldest[0]);
    this.#closed = addUsage(this.#closed, oldest[1]);
  }
}

const COUNTED = ['inputTokens', 'outputTokens', 'cachedTokens', 'cacheWriteTokens'] as const;

function since(totals: Usage, counted: Usage): Usage {
  const own: Counts = {};
  for (const key of COUNTED) {
    const count = totals[key];
    if (count !== undefined) own[key] = Math.max(0, count - (counted[key] ?? 0));
  }
  return own;
}
