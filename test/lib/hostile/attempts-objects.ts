/** Attempts by what is committed, or lies where git looks: objects, trees, attributes, the worktree's own `.git`. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Attempt, seen } from './attempt.ts';

/** Commits the tree that `mktree` makes of its standard input, and leaves the worktree's files as they are. */
const COMMIT_TREE = `commit_tree() { made=$(git commit-tree -m "by $ID" -p HEAD "$1") && git update-ref HEAD "$made"; }
with_entry() { { git ls-tree HEAD; printf '%s\\n' "$1"; } | git mktree --missing; }
blob() { git hash-object -w --stdin; }
`;

/** A line for the shell; PLACE is filled in by the attempt's own shell. */
const FIRES = 'touch $PLACE/fired';

export const ON_OBJECTS: readonly Attempt[] = [
  {
    name: 'damages and deletes objects of the repository',
    script: `object=$(printf '%s' "$ID" | git hash-object --stdin)
file=$REPO/.git/objects/$(echo "$object" | cut -c1-2)/$(echo "$object" | cut -c3-)
chmod u+w "$file"; echo junk > "$file"; rm -f "$file"
for store in $(cat "$(git rev-parse --git-path objects/info/alternates)"); do find "$store" -type f -exec sh -c 'chmod u+w "$0"; : >> "$0" && echo "GOT: writable objects"' {} ';' | head -n 1; done`,
    before: ({ git }, id) => {
      git(['hash-object', '-w', '--stdin'], { input: id });
    },
    sign: ({ git }, id) => {
      try {
        return seen(
          git(['cat-file', 'blob', git(['hash-object', '--stdin'], { input: id })]) !== id,
          'an object is damaged',
        );
      } catch {
        return 'an object is gone';
      }
    },
    bare: 'succeeds',
  },
  {
    name: 'borrows objects of a neighbour by id',
    script: `${COMMIT_TREE}echo "$ROOT/other/.git/objects" >> "$(git rev-parse --git-path objects/info/alternates)"
git cat-file blob "$HOSTILE_STOLEN"
commit_tree "$(with_entry "100644 blob $HOSTILE_STOLEN	stolen.txt")"`,
    sign: ({ git, stolen }) => {
      const kinds = git(['cat-file', '--batch-check'], { input: stolen });
      return seen(!kinds.includes('missing'), 'the object was taken over');
    },
    bare: 'succeeds',
  },
  {
    name: 'replaces, grafts and cuts off history',
    script: `${COMMIT_TREE}git replace -f HEAD "$(git commit-tree -m replaced 'HEAD^{tree}')"; git rev-parse HEAD > "$(git rev-parse --git-common-dir)/shallow"
mkdir -p "$REPO/.git/info"; git rev-parse HEAD > "$REPO/.git/info/grafts"; echo x > after-the-grafts.txt`,
    sign: ({ git, checkout }) => {
      if (git(['for-each-ref', 'refs/replace']) !== '') return 'commits are replaced';
      return seen(
        ['shallow', 'info/grafts'].some((name) => existsSync(join(checkout, '.git', name))),
        'history is cut off',
      );
    },
    bare: 'untried',
  },
  {
    name: 'commits with an object that is not what its name says',
    script: `${COMMIT_TREE}base=$(git rev-parse 'HEAD^{tree}'); store=$(git rev-parse --git-path objects)
fake=$(printf 'forged' | blob); mkdir -p "$store/$(echo "$base" | cut -c1-2)"
cp "$store/$(echo "$fake" | cut -c1-2)/$(echo "$fake" | cut -c3-)" "$store/$(echo "$base" | cut -c1-2)/$(echo "$base" | cut -c3-)"
made=$(git commit-tree -m forged -p HEAD "$base"); git update-ref HEAD "$made"`,
    sign: ({ git }) => {
      try {
        return seen(
          git(['fsck', '--strict', '--no-dangling']).includes('error'),
          'the repository is damaged',
        );
      } catch (error) {
        return `the repository is damaged: ${error}`;
      }
    },
    bare: 'untried',
  },
  {
    name: 'commits a tree with a .git folder in it',
    script: `${COMMIT_TREE}hook=$(printf "#!/bin/sh\\n${FIRES}\\n" | blob)
hooks=$(printf '100755 blob %s\\tpost-checkout\\n' "$hook" | git mktree); dir=$(printf '040000 tree %s\\thooks\\n' "$hooks" | git mktree)
for name in .git .GIT 'git~1'; do commit_tree "$(with_entry "040000 tree $dir	$name")"; done`,
    sign: noSuchPath(/(?:^|\/)(?:\.git|\.GIT|git~1)(?:\/|$)/),
    bare: 'may',
  },
  {
    name: 'commits a tree whose paths lead upwards',
    script: `${COMMIT_TREE}file=$(echo "by $ID" | blob); dir=$(printf '100644 blob %s\\tescaped-%s\\n' "$file" "$ID" | git mktree)
up=$(printf '040000 tree %s\\t..\\n' "$dir" | git mktree); printf '40000 ..\\0' > tree; perl -e 'print pack("H*", shift)' "$dir" >> tree
raw=$(git hash-object -t tree -w --literally tree); rm tree
commit_tree "$(with_entry "040000 tree $up	a")"; commit_tree "$(with_entry "040000 tree $raw	b")"; commit_tree "$(with_entry "040000 tree $dir	..")"`,
    sign: noSuchPath(/(?:^|\/)\.\.(?:\/|$)/),
    bare: 'may',
  },
  {
    name: 'commits a .gitmodules that is a link, and one that runs programs',
    script: `${COMMIT_TREE}link=$(printf '../../../../config' | blob)
commit_tree "$(with_entry "120000 blob $link	.gitmodules")"
file=$(printf '[submodule "x"]\\n\\tpath = x\\n\\turl = ext::sh -c touch%%20%s/fired\\n\\tupdate = !touch %s/fired\\n[submodule "../../up"]\\n\\tpath = -x\\n\\turl = --upload-pack=touch %s/fired\\n' "$PLACE" "$PLACE" "$PLACE" | blob)
git read-tree HEAD; git update-index --add --cacheinfo "100644,$file,.gitmodules" --cacheinfo "160000,$(git rev-parse HEAD),x"; commit_tree "$(git write-tree)"`,
    bare: 'may',
  },
  {
    name: 'has filters run by attributes and configuration in the tree',
    script: `printf '* filter=evil diff=evil merge=evil\\n' > .gitattributes
printf "[filter \\"evil\\"]\\n\\tclean = ${FIRES}\\n\\tsmudge = ${FIRES}\\n\\tprocess = ${FIRES}\\n" | tee .gitconfig > evil.config
git config include.path "$PWD/evil.config"; cat evil.config >> "$(git rev-parse --git-common-dir)/config"; echo changed >> README.md`,
    bare: 'may',
  },
  {
    name: 'has git-lfs run programs by its own file',
    script: `printf '*.bin filter=lfs diff=lfs merge=lfs -text\\n' >> .gitattributes; echo large > "$ID.bin"
printf '[lfs]\\n\\turl = file://%s\\n\\tstandalonetransferagent = x\\n[lfs "customtransfer.x"]\\n\\tpath = touch\\n\\targs = %s/fired\\n[lfs "extension.x"]\\n\\tclean = touch %s/fired\\n' "$ROOT/other" "$PLACE" "$PLACE" > .lfsconfig`,
    bare: 'may',
  },
  {
    name: 'puts a repository of its own in place of .git',
    script: `rm -f .git; git init -q .; printf "#!/bin/sh\\n${FIRES}\\n" > .git/hooks/post-index-change; chmod +x .git/hooks/*
git config core.fsmonitor "${FIRES}"; git config core.worktree "$REPO"; echo x > after-the-folder.txt`,
    bare: 'may',
  },
  {
    name: 'makes .git a link to the repository itself',
    script: `rm -rf .git; ln -s "$REPO/.git" .git; git update-ref "refs/heads/$VICTIM" "$(git commit-tree -m linked -p HEAD 'HEAD^{tree}')"`,
    sign: ({ git, victim }, id) =>
      seen(
        git(['rev-parse', `refs/heads/${victim(id)}`]) !== git(['rev-parse', 'main']),
        'the other branch moved',
      ),
    bare: 'succeeds',
  },
  {
    name: 'commits a link to a repository that lies beyond a link',
    script: `${COMMIT_TREE}rm -rf beyond; ln -s "$ROOT" beyond
inner=$(printf '160000 commit %s\\tother\\n' "$(git rev-parse HEAD)" | git mktree --missing); commit_tree "$(with_entry "040000 tree $inner	beyond")"`,
    sign: ({ git }) =>
      seen(
        git(['log', '--all', '--format=%H', '--', 'beyond/other/private.txt']) !== '',
        'files beyond it were committed',
      ),
    bare: 'may',
  },
  {
    name: 'leaves names that are hard to write',
    script: `printf x > "$(printf 'line\\nbreak')"; printf x > "$(printf 'esc\\033]0;PWNED\\007[2J')"; printf x > "$(printf 'not\\377utf8')"; printf x > -- '-rf'
printf a > Case; printf b > case; mkdir -p CON; printf x > 'CON/aux.txt'; printf x > 'a"b'\\''c\\d'; printf x > ':(glob)*'
deep=x; for i in 1 2 3 4 5 6 7 8 9 10; do deep=$deep/$(printf 'long-%0120d' 1); done; mkdir -p "$deep"; printf x > "$deep/$(printf 'end-%0200d' 1)"`,
    bare: 'may',
  },
  {
    name: 'commits dates, names and messages that are not what git expects',
    script: `${COMMIT_TREE}tree=$(git rev-parse 'HEAD^{tree}'); parent=$(git rev-parse HEAD)
printf 'tree %s\\nparent %s\\nauthor \\033[31mA <a@b> 99999999999999 +9999\\ncommitter B <> -1 +0000\\ngpgsig forged\\nencoding UTF-7\\n\\n\\033[2Jmessage\\0hidden\\n' "$tree" "$parent" > commit
made=$(git hash-object -t commit -w --literally commit); rm commit; git update-ref HEAD "$made"`,
    sign: ({ printed }) => seen(printed.includes('\u001b'), 'what it wrote reached the terminal'),
    bare: 'may',
  },
  {
    name: 'changes the configuration of Coxswain on its branch',
    script: `printf 'sandbox:\\n  mode: off\\n  writable: [/]\\n  readable: [/]\\nslots:\\n  setup: touch %s/fired\\nmergeTest: touch %s/fired\\n' "$PLACE" "$PLACE" > coxswain.config.yaml`,
    sign: ({ checkout }) =>
      seen(
        readFileSync(join(checkout, 'coxswain.config.yaml'), 'utf8').includes('writable'),
        'the project has it',
      ),
    bare: 'may',
  },
];

function noSuchPath(pattern: RegExp): NonNullable<Attempt['sign']> {
  return ({ git }) => {
    const branches = git(['for-each-ref', '--format=%(refname)', 'refs/heads']).split('\n');
    for (const branch of branches) {
      const paths = git(['ls-tree', '-r', '-z', '--name-only', branch]).split('\0');
      const found = paths.find((path) => pattern.test(path));
      if (found !== undefined) return `${branch} holds ${found}`;
    }
    return null;
  };
}
