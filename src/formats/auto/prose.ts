/** What a decomposer's plan says beside its tasks. */

export type Piece =
  | { readonly is: 'heading'; readonly depth: number; readonly text: string }
  | { readonly is: 'text'; readonly text: string }
  /** With its first line. */
  | { readonly is: 'task'; readonly task: { readonly text: readonly string[] }; readonly text: string };

/** As written; headings with nothing below them but tasks are left out. `tasks`: all others are read nowhere. */
export function proseOf(pieces: readonly Piece[], tasks: ReadonlySet<object>): string {
  const told = pieces.map((piece): Piece => {
    if (piece.is !== 'task' || tasks.has(piece.task)) return piece;
    return { is: 'text', text: [piece.text, ...piece.task.text].join('\n') };
  });
  return told
    .filter((piece, index) => piece.is === 'text' || (piece.is === 'heading' && hasText(told, index)))
    .map(({ text }) => text)
    .join('\n\n');
}

function hasText(pieces: readonly Piece[], heading: number): boolean {
  const own = pieces[heading];
  if (own?.is !== 'heading') return false;
  for (let index = heading + 1; index < pieces.length; index += 1) {
    const next = pieces[index];
    if (next?.is === 'text') return true;
    if (next?.is === 'task' || (next?.is === 'heading' && next.depth <= own.depth)) return false;
  }
  return false;
}
