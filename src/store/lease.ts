/** One live owner for each run. Every method runs inside the caller's transaction. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';

import type { Owner } from '../core/event.ts';
import type { Fence, LeaseResult } from '../ports/store.ts';
import { isAlive, ownIdentity } from '../process/identity.ts';

export interface LeaseRules {
  readonly leaseTtlMs: number;
  readonly leaseHungAfterMs: number;
  readonly now: () => number;
}

interface Lease {
  readonly fence: Fence;
  /** Null when it was given back. */
  readonly owner: Owner | null;
  readonly renewedAt: number;
}

export class LeaseTable {
  readonly #rules: LeaseRules;
  readonly #host = ownIdentity().host;
  readonly #find: StatementSync;
  readonly #put: StatementSync;
  readonly #renew: StatementSync;
  readonly #release: StatementSync;

  constructor(db: DatabaseSync, rules: LeaseRules) {
    this.#rules = rules;
    this.#find = db.prepare('SELECT fence, owner, renewed_at FROM leases WHERE run = ?');
    this.#put = db.prepare(`
      INSERT INTO leases (run, fence, owner, renewed_at) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET fence = excluded.fence, owner = excluded.owner, renewed_at = excluded.renewed_at`);
    this.#renew = db.prepare(
      'UPDATE leases SET renewed_at = ? WHERE run = ? AND fence = ? AND owner IS NOT NULL',
    );
    this.#release = db.prepare('UPDATE leases SET owner = NULL WHERE run = ? AND fence = ?');
  }

  take(run: string, owner: Owner): LeaseResult {
    const lease = this.#read(run);
    const holder = lease === null ? null : this.#holder(lease);
    if (holder !== null) return { is: 'taken', owner: holder };
    const fence = (lease?.fence ?? 0) + 1;
    this.#put.run(run, fence, JSON.stringify(owner), this.#rules.now());
    return { is: 'held', fence };
  }

  /** False when the lease was taken by somebody else or given back. */
  renew(run: string, fence: Fence): boolean {
    return this.#renew.run(this.#rules.now(), run, fence).changes === 1;
  }

  release(run: string, fence: Fence): void {
    this.#release.run(run, fence);
  }

  /** True while nobody has taken the lease over. One that ran out still holds until then: its work is good. */
  isHeld(run: string, fence: Fence): boolean {
    const lease = this.#read(run);
    return lease !== null && lease.owner !== null && lease.fence === fence;
  }

  /** Null when the lease is free to take. */
  owner(run: string): Owner | null {
    const lease = this.#read(run);
    return lease === null ? null : this.#holder(lease);
  }

  /** Null before anybody has taken it. */
  seen(run: string): number | null {
    return this.#read(run)?.renewedAt ?? null;
  }

  /**
   * The owner's life decides where it can be looked at: a dead one is replaced at once, so that a run goes on right
   * after `kill -9`, and a living one keeps the run though it is late, for a machine under load, a debugger or a
   * closed lid is no reason to take it away. Only one that is very late is taken to hang. The time decides alone
   * for another host. A wrong guess costs little: the fence keeps the former owner's appends out.
   */
  #holder({ owner, renewedAt }: Lease): Owner | null {
    if (owner === null || !isAlive(owner)) return null;
    const bound = owner.host === this.#host ? this.#rules.leaseHungAfterMs : this.#rules.leaseTtlMs;
    // A renewal in the future is no younger than one in the past: the clock was set back since.
    return Math.abs(this.#rules.now() - renewedAt) > bound ? null : owner;
  }

  #read(run: string): Lease | null {
    const row = this.#find.get(run);
    if (row === undefined) return null;
    const { fence, owner, renewed_at: renewedAt } = row;
    if (typeof fence !== 'number' || typeof renewedAt !== 'number') {
      throw new Error(`the lease of ${run} has no numbers`);
    }
    return { fence, renewedAt, owner: typeof owner === 'string' ? parseOwner(owner) : null };
  }
}

/** Null, so free to take, when it cannot be read: nobody could ever prove to be that owner. */
function parseOwner(text: string): Owner | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isOwner(value) ? value : null;
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null) return false;
  if (!('pid' in value && 'host' in value && 'startTime' in value && 'bootId' in value)) return false;
  const { pid, host, startTime, bootId } = value;
  return [host, startTime, bootId].every((part) => typeof part === 'string') && typeof pid === 'number';
}
