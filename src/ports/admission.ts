/** Whether the machine has room for more agents. Those that run are not asked about. */

export interface Admission {
  /**
   * Of agents that could be started now, beside so many of the same run that are running. Counts those that it lets
   * pass as started. Cheap.
   */
  admit(wanted: number, running: number): Promise<Admitted>;
}

export interface Admitted {
  /** How many of them may be started; the others may ask again soon. */
  readonly starts: number;
  /** What is short, for people, ending with what to do; null when the rest only comes a little later. */
  readonly shortage: string | null;
}
