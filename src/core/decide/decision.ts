import type { EventBody } from '../event.ts';

export interface Decision {
  /** To be appended in this order; an intent among them is then to be performed. */
  readonly events: readonly EventBody[];
  /** When to decide again if nothing happens before, in milliseconds since the epoch. */
  readonly wakeAt?: number;
}
