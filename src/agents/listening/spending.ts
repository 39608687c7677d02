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

/** Answers that may still be told again with more in them. */
const MOST_OPEN = 64;

export class Spending {
  readonly #prices: readonly PriceRule[];
  readonly #counted: Usage;
  #model: string | undefined;
  #totals: Usage = {};
  /** What was summed up. */
  #settled: Usage = {};
  #told = new Answers();
  /** What is only known about. */
  #rough = new Answers();
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
      case 'usage-added': {
        const { id, model = this.#model, usage, isRough } = event;
        (isRough ? this.#rough : this.#told).add(withCost(usage, model, this.#prices), id);
        return;
      }
      case 'usage-summed':
        this.#settled = addUsage(this.#settled, this.#sumOf(event.models));
        this.#told = new Answers();
        this.#rough = new Answers();
        return;
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
    const own = since(this.#totals, this.#counted);
    const added = this.#summed ?? addUsage(this.#settled, this.#answers(own));
    const counts: Counts = {};
    for (const key of COUNTED) {
      // An agent that is stopped has told no totals, and totals may leave out what its helpers used.
      const most = Math.max(own[key] ?? -1, added[key] ?? -1);
      if (most >= 0) counts[key] = most;
    }
    const costUsd = this.#ownCost(added.costUsd ?? 0);
    if (costUsd > 0) return { ...counts, costUsd };
    if (COUNTED.every((key) => counts[key] === added[key])) return added;
    return withCost(counts, this.#model, this.#prices);
  }

  #answers(own: Usage): Usage {
    const [told, rough] = [this.#told.sum(), this.#rough.sum()];
    const isKnown = COUNTED.some((key) => rough[key] !== undefined && (told[key] ?? own[key]) !== undefined);
    return isKnown ? told : addUsage(told, rough);
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
}

/** The sum of answers of the model, the last of which may still be told again. */
class Answers {
  #closed: Usage = {};
  readonly #open = new Map<string, Usage>();

  add(usage: Usage, id: string | undefined): void {
    if (id === undefined) {
      this.#closed = addUsage(this.#closed, usage);
      return;
    }
    this.#open.set(id, usage);
    const [oldest] = this.#open;
    if (this.#open.size <= MOST_OPEN || oldest === undefined) return;
    this.#open.delete(oldest[0]);
    this.#closed = addUsage(this.#closed, oldest[1]);
  }

  sum(): Usage {
    return [...this.#open.values()].reduce(addUsage, this.#closed);
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
