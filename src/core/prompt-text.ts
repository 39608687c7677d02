/**
 * Prompts hold the plan's context, as a rule all of it. A run's first event has every prompt, and whoever reads the run
 * reads it; so there the context stands once.
 */

import type { Plan, PromptText, TextFile } from './plan.ts';

/** A shorter text is not worth a piece of its own. In UTF-16 code units. */
const SHORT = 200;

/** The same plan, its prompts in pieces where they hold texts of the context. */
export function sharePrompts(plan: Plan): Plan {
  const texts = plan.context.map(plainText);
  // A text that holds another one goes first.
  const places = [...texts.keys()]
    .filter((place) => (texts[place]?.length ?? 0) >= SHORT)
    .sort((one, other) => (texts[other]?.length ?? 0) - (texts[one]?.length ?? 0));
  const tasks = plan.tasks.map((task) => {
    const pieces = places.reduce<readonly (string | number)[]>(
      (before, place) => before.flatMap((piece) => cut(piece, texts[place] ?? '', place)),
      piecesOf(task.prompt),
    );
    return pieces.some((piece) => typeof piece === 'number') ? { ...task, prompt: pieces } : task;
  });
  return { ...plan, tasks };
}

/** The whole text, as the agent is given it. */
export function promptText(prompt: PromptText, context: readonly TextFile[]): string {
  return piecesOf(prompt)
    .map((piece) => (typeof piece === 'string' ? piece : plainText(context[piece])))
    .join('');
}

function piecesOf(prompt: PromptText): readonly (string | number)[] {
  return typeof prompt === 'string' ? [prompt] : prompt;
}

function cut(piece: string | number, text: string, place: number): readonly (string | number)[] {
  if (typeof piece === 'number') return [piece];
  const [first = '', ...others] = piece.split(text);
  return [first, ...others.flatMap((other) => [place, other])].filter((part) => part !== '');
}

function plainText(file: TextFile | undefined): string {
  return file?.text.trim() ?? '';
}
