/** What an attempt, and whatever runs its code, may reach and use. Plain data; adapters hold it. */

/** `required`: refuse to run without. `auto`: use what works, and say what does. `off`: do without, and say so. */
export type SandboxMode = 'required' | 'auto' | 'off';

export type NetworkRule =
  /** The machine's own network, its loopback services included. */
  | { readonly is: 'open' }
  /** A loopback device of its own, and nothing else. */
  | { readonly is: 'none' }
  /** Only these hosts, by way of a proxy: `example.org`, `*.example.org`, either with `:port`. */
  | { readonly is: 'allow-list'; readonly hosts: readonly string[] };

/** For a whole process tree. What is absent is not limited. */
export interface ResourceLimits {
  readonly memoryBytes?: number;
  /** Of the memory of the machine that it runs on, from 0 to 1; the smaller of the two counts. */
  readonly memoryShare?: number;
  readonly processes?: number;
  /** In cores; 0.5 is half of one. */
  readonly cpus?: number;
  /** For each process. */
  readonly openFiles?: number;
  /** What it adds to the disk: worktree, temporary files, home. */
  readonly diskBytes?: number;
  /** Of what was free before it began, from 0 to 1; the smaller of the two counts. */
  readonly diskShare?: number;
}

/** For each process, held by the kernel; what is absent stays as it is. */
export interface ProcessLimits {
  readonly openFiles?: number;
  /** Of one file. */
  readonly fileBytes?: number;
  /** Of all processes of the user, threads included; root is not bound. */
  readonly userProcesses?: number;
}

export type LimitName = 'memory' | 'processes' | 'cpu' | 'openFiles' | 'disk';

/** A limit that a process tree ran into. */
export interface Excess {
  readonly limit: LimitName;
  /** For people: the limit, and what was seen. */
  readonly detail: string;
}

/** Looks at what one job uses, also when another process started it. */
export interface LimitWatch {
  /** What it has run into; null while it keeps its limits. Cheap enough to be asked each second. */
  look(): Promise<Excess | null>;
  /** The job has ended, or is not looked at any more: gives what was counted until its end. */
  end(): Excess | null;
}

/**
 * The most that a process tree was seen to use at once, looked at each second while it has much to do: it may have been
 * more between two looks. What nobody has looked at is absent.
 */
export interface Peaks {
  readonly memoryBytes?: number;
  /** In cores, over about a second. */
  readonly cpus?: number;
  /** Added to the disk. */
  readonly diskBytes?: number;
}

/** `enforced`: the kernel keeps it. `watched`: looked at now and then, and ended when it is exceeded. */
export type Hold = 'enforced' | 'watched' | 'none';

export type SandboxLevel = 'bubblewrap' | 'sandbox-exec' | 'none';

/** What holds on one machine. */
export interface Protection {
  readonly level: SandboxLevel;
  /** Why no more holds, for people; empty when nothing is missing. */
  readonly detail: string;
  readonly limits: Readonly<Record<LimitName, Hold>>;
  /** Why the kernel does not keep them all, for people; absent when it does. */
  readonly limitsDetail?: string;
}

export interface IsolationSettings {
  readonly sandbox: SandboxMode;
  readonly network: NetworkRule;
  /** For set-up commands, tests and validations. */
  readonly checkNetwork: NetworkRule;
  readonly limits: ResourceLimits;
}
