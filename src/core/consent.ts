/** The user's word on the start of an agent, where each is asked about. */

export const MAY_IT_START = 'May an agent start on it? Answer yes or no.';

/** Null: it is neither. */
export function consentIn(answer: string): boolean | null {
  const [word = ''] = answer
    .trim()
    .toLowerCase()
    .split(/[\s,.;:!]/);
  if (['y', 'yes', 'ok', 'ja', 'start'].includes(word)) return true;
  return ['n', 'no', 'nein'].includes(word) ? false : null;
}
