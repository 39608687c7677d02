/** The part of a terminal's stream that is needed for drawing. */
export type Terminal = NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };

/** In columns and rows. */
export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** Of a terminal that does not say, the usual one. */
export function sizeOf({ columns, rows }: Terminal): TerminalSize {
  return { width: columns ?? 80, height: rows ?? 24 };
}
