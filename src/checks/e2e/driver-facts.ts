/** What is asked of the driver, and what it saw. The facts come out of a sandbox, and are read as any foreign data. */

import { z } from 'zod';
import type { Viewport } from '../../core/e2e.ts';

export interface DriverRequest {
  /** Absolute; the worktree. */
  readonly worktree: string;
  /** Absolute; the facts and the pictures go there. */
  readonly out: string;
  /** For the shell. */
  readonly start: string;
  readonly test?: string;
  /** With the port in it. */
  readonly url: string;
  readonly pages: readonly DriverPage[];
  readonly viewports: readonly Viewport[];
  /** Folder of the baselines, from the worktree. */
  readonly baseline: string;
  /** Absolute path of the browser. */
  readonly browser: string;
  /** It must do without a sandbox of its own: it stands inside of one. */
  readonly isWalled: boolean;
  readonly timeoutMs: number;
}

export interface DriverPage {
  readonly path: string;
  /** Of its pictures' files, without viewport and ending. */
  readonly name: string;
}

const upTo = (most: number) => z.string().refine(({ length }) => length <= most);
const atMost = (most: number) => (list: readonly unknown[]) => list.length <= most;
const text = upTo(4000);
const size = z.object({ width: z.number(), height: z.number() });

const comparison = z.discriminatedUnion('is', [
  z.object({ is: z.literal('none') }),
  z.object({ is: z.literal('unreadable'), detail: text }),
  z.object({ is: z.literal('other-size'), now: size, baseline: size }),
  z.object({
    is: z.literal('same-size'),
    share: z.number().min(0).max(1),
    /** Around all that differs: left, top, right, bottom in pixels. */
    area: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
  }),
]);

const visit = z.object({
  path: text,
  viewport: text,
  /** Of the page itself; null when it did not answer. */
  status: z.number().nullable(),
  /** It could not be looked at. */
  problem: text.optional(),
  width: z.number().optional(),
  windowWidth: z.number().optional(),
  widest: z.object({ selector: text, width: z.number() }).optional(),
  errors: z.array(z.object({ kind: z.enum(['console', 'page', 'request']), text })).refine(atMost(100)),
  /** What failed elsewhere than at the application. */
  foreign: z.array(text).refine(atMost(100)),
  picture: text.optional(),
  isCut: z.boolean().optional(),
  comparison: comparison.optional(),
});

export const driverFacts = z.object({
  application: z.discriminatedUnion('is', [
    z.object({ is: z.literal('answered'), afterMs: z.number(), output: upTo(20_000) }),
    z.object({ is: z.literal('ended'), exitCode: z.number().nullable(), output: upTo(20_000) }),
    z.object({ is: z.literal('silent'), afterMs: z.number(), output: upTo(20_000) }),
    z.object({ is: z.literal('port-taken') }),
  ]),
  /** Why no browser could be started. */
  noBrowser: text.optional(),
  visits: z.array(visit).refine(atMost(1000)),
  tests: z.object({ exitCode: z.number().nullable(), output: upTo(200_000) }).optional(),
  /** Time was up before everything had been looked at. */
  isCutShort: z.boolean(),
});

export type DriverFacts = z.infer<typeof driverFacts>;
export type Visit = DriverFacts['visits'][number];
export type Comparison = z.infer<typeof comparison>;
export type PageError = Visit['errors'][number];

export const FACTS_FILE = 'facts.json';
