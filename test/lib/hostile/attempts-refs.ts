/** Attempts on the repository: refs, configuration, hooks, other worktrees. */

import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Aftermath, type Attempt, type Ground, seen } from './attempt.ts';

function refIs(after: Aftermath, ref: string): string | null {
  try {
    return after.git(['rev-parse', '--verify', '--quiet', ref]);
  } catch {
    return null;
  }
}

function victimMoved(after: Aftermath, id: string): string | null {
  const now = refIs(after, `refs/heads/${after.victim(id)}`);
  return seen(now !== after.git(['rev-parse', 'main']), `the other branch stands at ${now}`);
}

function refMade(ref: (id: string) => string): NonNullable<Attempt['sign']> {
  return (after, id) => seen(refIs(after, ref(id)) !== null, `${ref(id)} is there`);
}

function inConfig(...words: readonly string[]): NonNullable<Attempt['sign']> {
  return ({ checkout }, id) => {
    const config = readFileSync(join(checkout, '.git/config'), 'utf8').toLowerCase();
    const found = [...words, id].find((word) => config.includes(word));
    return seen(found !== undefined, `the repository's configuration holds ${found}`);
  };
}

function worktreeOf(ground: Ground, id: string): string {
  return join(ground.root, `worktree-${id}`);
}

const otherWorktree: Pick<Attempt, 'before' | 'sign'> = {
  before: (ground, id) => {
    ground.git(['worktree', 'add', '--quiet', '--detach', worktreeOf(ground, id), 'main']);
  },
  sign: (after, id) => {
    const folder = worktreeOf(after, id);
    const admin = join(after.checkout, '.git/worktrees', `worktree-${id}`);
    if (!existsSync(folder) || !existsSync(join(admin, 'HEAD'))) return 'the other worktree is gone';
    const head = readFileSync(join(admin, 'HEAD'), 'utf8').trim();
    if (head !== after.git(['rev-parse', 'main'])) return `its HEAD is ${head}`;
    if (readFileSync(join(admin, 'commondir'), 'utf8') !== '../..\n') return 'its commondir was written';
    if (readFileSync(join(admin, 'gitdir'), 'utf8') !== `${folder}/.git\n`) return 'its gitdir was written';
    return seen(after.git(['status', '--porcelain'], { cwd: folder }) !== '', 'its files or index changed');
  },
};

export const ON_REFS: readonly Attempt[] = [
  {
    name: 'moves another branch',
    script: 'git update-ref "refs/heads/$VICTIM" "$(git commit-tree -m moved -p HEAD HEAD^{tree})"',
    sign: victimMoved,
    bare: 'succeeds',
  },
  {
    name: 'writes the file of another branch',
    script: `made=$(git commit-tree -m written -p HEAD 'HEAD^{tree}')
mkdir -p "$REPO/.git/refs/heads/\${VICTIM%/*}"; echo "$made" > "$REPO/.git/refs/heads/$VICTIM"`,
    sign: victimMoved,
    bare: 'succeeds',
  },
  {
    name: 'deletes another branch',
    script:
      'git update-ref "refs/heads/$VICTIM" HEAD; git branch -D "$VICTIM"; git push "$REPO" ":$VICTIM"; rm -f "$REPO/.git/refs/heads/$VICTIM"',
    sign: victimMoved,
    bare: 'succeeds',
  },
  {
    name: 'deletes every branch and packs what is left',
    script: `git for-each-ref --format='delete %(refname)' | git update-ref --stdin; git pack-refs --all
: > "$REPO/.git/packed-refs"; rm -rf "$REPO/.git/refs/heads"/*; git init -q .; git commit -q --allow-empty -m orphan`,
    sign: (after) => seen(refIs(after, 'refs/heads/main') === null, 'main is gone'),
    bare: 'untried',
  },
  {
    name: 'rewrites packed-refs',
    script: `git pack-refs --all; made=$(git commit-tree -m packed -p HEAD 'HEAD^{tree}')
sed -i "/$ID/d" "$REPO/.git/packed-refs"; echo "$made refs/heads/$VICTIM" >> "$REPO/.git/packed-refs"; rm -f "$REPO/.git/refs/heads/$VICTIM"`,
    sign: victimMoved,
    bare: 'untried',
  },
  {
    name: 'makes another branch a symbolic ref',
    script:
      'git symbolic-ref "refs/heads/$VICTIM" refs/heads/elsewhere; echo "ref: refs/heads/elsewhere" > "$REPO/.git/refs/heads/$VICTIM"',
    sign: victimMoved,
    bare: 'succeeds',
  },
  {
    name: 'stands on the branch that is checked out, and commits there',
    script: `git symbolic-ref HEAD refs/heads/main; git commit -q --allow-empty -m "on main by $ID"
git update-ref refs/heads/main HEAD; echo "ref: refs/heads/$VICTIM" > "$REPO/.git/HEAD"`,
    sign: (after) => {
      const log = after.git(['log', '--format=%s', 'main', '--']);
      if (log.includes('on main by')) return 'main has its commit';
      return seen(after.git(['symbolic-ref', 'HEAD']) !== 'refs/heads/main', 'HEAD was moved');
    },
    bare: 'untried',
  },
  {
    name: 'makes its own branch a symbolic ref to another',
    script:
      'git checkout -q --detach; git symbolic-ref "refs/heads/$COX_BRANCH" "refs/heads/$VICTIM"; git commit -q --allow-empty -m through',
    sign: victimMoved,
    bare: 'may',
  },
  {
    name: 'leaves tags, notes and stashes',
    script: `git tag "tag-$ID"; git notes --ref "note-$ID" add -m note; echo more >> README.md; git stash -q
git update-ref "refs/cox/other/$ID" HEAD`,
    sign: (after, id) =>
      seen(
        refIs(after, `refs/tags/tag-${id}`) !== null || refIs(after, `refs/notes/note-${id}`) !== null,
        'they are in the repository',
      ),
    bare: 'succeeds',
  },
  {
    name: 'makes branches with names that are options or lead upwards',
    script: `for name in "-x-$ID" "a/../../x-$ID" "..$ID"; do
  git update-ref "refs/heads/$name" HEAD; mkdir -p "$(dirname "$REPO/.git/refs/heads/$name")"; git rev-parse HEAD > "$REPO/.git/refs/heads/$name"; done`,
    sign: refMade((id) => `refs/heads/-x-${id}`),
    bare: 'succeeds',
  },
  {
    name: 'pushes to the repository and to its neighbour',
    script: `git push -f "$REPO" "HEAD:refs/heads/$VICTIM" HEAD:refs/heads/pushed-$ID; git push -f "$ROOT/other" HEAD:refs/heads/pushed-$ID`,
    sign: (after, id) => {
      const other = after.git(['--git-dir', join(after.root, 'other/.git'), 'for-each-ref']);
      return other.includes(id)
        ? 'the neighbour has its branch'
        : refMade(() => `refs/heads/pushed-${id}`)(after, id);
    },
    bare: 'succeeds',
  },
  {
    name: 'names another git directory in the environment',
    script: `GIT_DIR=$ROOT/other/.git git update-ref "refs/heads/env-$ID" HEAD
GIT_OBJECT_DIRECTORY=$REPO/.git/objects GIT_DIR=$REPO/.git git update-ref "refs/heads/env-$ID" HEAD
GIT_DIR=$ROOT/other/.git git cat-file -p HEAD:private.txt && echo "GOT: a file of the neighbour"`,
    sign: refMade((id) => `refs/heads/env-${id}`),
    bare: 'succeeds',
  },
  {
    name: 'edits the configuration of the repository',
    script: `git config "attack.$ID" yes; git config --file "$REPO/.git/config" "filter.$ID.clean" 'touch fired'
git config --file "$REPO/.git/config" "url.$PLACE.insteadOf" "https://$ID"`,
    sign: inConfig(),
    bare: 'succeeds',
  },
  {
    name: 'configures programs for git to run',
    script: `for key in core.fsmonitor core.sshCommand core.editor core.pager diff.external gpg.program sequence.editor alias.status; do
  git config "$key" "touch $PLACE/fired"; git config --global "$key" "touch $PLACE/fired"; git config --worktree "$key" "touch $PLACE/fired"; done
mkdir -p evil-hooks; for hook in pre-commit post-checkout reference-transaction post-index-change; do
  printf '#!/bin/sh\\ntouch %s/fired\\n' "$PLACE" > evil-hooks/$hook; chmod +x evil-hooks/$hook; done
git config core.hooksPath "$PWD/evil-hooks"; git config include.path "$PWD/evil-config"; git config core.attributesFile "$PWD/evil-attributes"
echo x > after-the-config.txt`,
    sign: inConfig('fsmonitor', 'hookspath', 'include', 'sshcommand'),
    bare: 'untried',
  },
  {
    name: 'plants hooks',
    script: `for folder in "$(git rev-parse --git-path hooks)" "$REPO/.git/hooks"; do
  mkdir -p "$folder"; printf '#!/bin/sh\\n:\\n' > "$folder/post-$ID"; chmod +x "$folder/post-$ID"; done`,
    sign: ({ checkout }, id) =>
      seen(existsSync(join(checkout, '.git/hooks', `post-${id}`)), 'the hook is there'),
    bare: 'succeeds',
  },
  {
    name: 'plays with the format of the repository',
    script: `git config core.repositoryformatversion 1; git config extensions.refStorage reftable; git config extensions.objectFormat sha256
git config extensions.partialClone origin; git config extensions.noop "$ID"; git config core.bare true; git config core.worktree "$REPO"
echo x > after-the-format.txt`,
    sign: inConfig('reftable', 'sha256', 'partialclone', 'worktree ='),
    bare: 'untried',
  },
  {
    name: 'removes another worktree',
    script: `git worktree remove --force --force "$ROOT/worktree-$ID"; git worktree prune; rm -rf "$REPO/.git/worktrees/worktree-$ID"`,
    ...otherWorktree,
    bare: 'succeeds',
  },
  {
    name: 'rewrites HEAD and index of another worktree',
    script: `admin=$REPO/.git/worktrees/worktree-$ID; mkdir -p "$admin"
git rev-parse HEAD~0 > /dev/null; git commit-tree -m other 'HEAD^{tree}' > "$admin/HEAD"; echo junk > "$admin/index"`,
    ...otherWorktree,
    bare: 'succeeds',
  },
  {
    name: 'leads another worktree to a repository of its own',
    script: `admin=$REPO/.git/worktrees/worktree-$ID; mkdir -p "$admin"; git init -q --bare own.git
echo "$PWD/own.git" > "$admin/commondir"; echo "$PWD/.git" > "$admin/gitdir"; rm -rf own.git`,
    ...otherWorktree,
    bare: 'succeeds',
  },
  {
    name: 'adds a worktree outside',
    script: 'git worktree add --force "$PLACE/added" HEAD; git worktree add --force "$ROOT/added-$ID" HEAD',
    sign: (after, id) =>
      seen(
        lstatSync(join(after.root, `added-${id}`), { throwIfNoEntry: false }) !== undefined,
        'it is there',
      ),
    bare: 'succeeds',
  },
];
