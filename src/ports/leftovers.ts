/** What runs leave on this machine beside the event log: folders of logs, and slots that nobody works in any more. */

export interface HeldSlots {
  readonly run: string;
  /** When the run last took one of them, in milliseconds since the epoch. */
  readonly since: number;
}

export interface Leftovers {
  /** Whether logs of the run's attempts or checks are here. */
  hasLogs(run: string): Promise<boolean>;
  /** Removes them. What a run archived of uncommitted work stays. */
  removeLogs(run: string): Promise<void>;
  /** The runs that hold slots; those left for a look do not count. */
  heldSlots(): Promise<readonly HeldSlots[]>;
  /** Gives the run's slots to others, those of attempts by way of being left for a look. */
  giveBackSlots(run: string): Promise<void>;
  /** Takes away the slots that no run has and that are not left for a look. */
  removeFreeSlots(): Promise<void>;
}
