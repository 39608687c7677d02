/** What is said between this process and the one that starts others for it. `id` names a start. */

import type { StartRequest } from './start.ts';

export type Order =
  | { readonly is: 'start'; readonly id: number; readonly request: StartRequest }
  | {
      readonly is: 'signal';
      readonly id: number;
      readonly signal: NodeJS.Signals;
      readonly to: 'process' | 'group';
    }
  | { readonly is: 'let-go'; readonly id: number };

export type Answer =
  | { readonly is: 'started'; readonly id: number; readonly pid: number }
  | { readonly is: 'not-started'; readonly id: number; readonly detail: string }
  | {
      readonly is: 'output';
      readonly id: number;
      readonly from: 'stdout' | 'stderr';
      readonly chunk: Uint8Array;
    }
  | {
      readonly is: 'exited' | 'closed';
      readonly id: number;
      readonly code: number | null;
      readonly signal: string | null;
    };
