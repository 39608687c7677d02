/** What a task file says beside its front matter, its title and the sections that are read one by one. */

import type { Root, RootContent } from 'mdast';
import { endOf, isComment, type Section, startOf } from '../markdown.ts';

/** As it is written, with its headings; notes to whoever edits the file (`<!-- … -->`) are left out. */
export function otherSections(text: string, root: Root, taken: readonly Section[]): string {
  const read = new Set<RootContent>(taken.flatMap(({ heading, nodes }) => [heading, ...nodes]));
  const title = root.children.find((node) => node.type === 'heading');
  const isOther = (node: RootContent): boolean =>
    !read.has(node) && node.type !== 'yaml' && (node !== title || node.depth !== 1) && !isComment(text, node);
  return runsOf(root.children, isOther)
    .filter((run) => run.some(({ type }) => type !== 'heading'))
    .flatMap((run) => {
      const [first] = run;
      const last = run.at(-1);
      return first === undefined || last === undefined ? [] : [text.slice(startOf(first), endOf(last))];
    })
    .join('\n\n');
}

/** What stands together and is wanted. */
function runsOf(
  nodes: readonly RootContent[],
  isWanted: (node: RootContent) => boolean,
): readonly (readonly RootContent[])[] {
  const runs: RootContent[][] = [];
  let isOpen = false;
  for (const node of nodes) {
    const wanted = isWanted(node);
    if (wanted && isOpen) runs.at(-1)?.push(node);
    else if (wanted) runs.push([node]);
    isOpen = wanted;
  }
  return runs;
}
